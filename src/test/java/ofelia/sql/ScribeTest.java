package ofelia.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ScribeTest {

  private final CountDownLatch diskAnswers = new CountDownLatch(1);
  private Sqlite store;
  private Scribe scribe;

  @BeforeEach
  void open() throws Exception {
    store = Sqlite.open(Sqlite.IN_MEMORY, false);
    store.script("CREATE TABLE word (text TEXT)");
    scribe = new Scribe(store, _ -> {}, 10_000, 10_000);
    scribe.start();
  }

  @AfterEach
  void close() throws Exception {
    diskAnswers.countDown();
    assertThat(scribe.close("again", _ -> {}, Duration.ofSeconds(10))).isTrue();
    store.close();
  }

  private static void write(Sqlite store, String word) throws java.sql.SQLException {
    store.update("INSERT INTO word VALUES (?)", word);
  }

  @Test
  void writesWhatIsQueuedAndALastWordBeforeItEnds() throws Exception {
    scribe.writeSoon(
        "queued",
        store -> {
          write(store, "queued");
          return true;
        });
    assertThat(scribe.close("last", store -> write(store, "last"), Duration.ofSeconds(10)))
        .isTrue();
    assertThat(store.list("SELECT text FROM word", row -> row.getString(1)))
        .containsExactly("queued", "last");
  }

  @Test
  void isLeftBehindWhereTheDiskHangs() {
    scribe.writeSoon(
        "hanging",
        _ -> {
          awaitDisk();
          return true;
        });
    long begin = System.nanoTime();
    assertThat(scribe.close("last", store -> write(store, "last"), Duration.ofMillis(200)))
        .isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
  }

  private void awaitDisk() {
    try {
      diskAnswers.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
