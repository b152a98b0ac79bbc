package ofelia.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

  private static boolean writeNote(Sqlite store) throws java.sql.SQLException {
    write(store, "note");
    return true;
  }

  /// 1 is NORMAL, without a sync; 2 is FULL.
  private static long synchronous(Sqlite store) throws java.sql.SQLException {
    return store.number("PRAGMA synchronous");
  }

  @Test
  void syncsWhatSomebodyWaitsForAtOnceAndTheRestSoon() throws Exception {
    BlockingQueue<Long> pulses = new LinkedBlockingQueue<>();
    Scribe own = new Scribe(store, s -> pulses.add(synchronous(s)), 10_000, 10_000);
    own.start();
    try {
      own.writeSoon("note", ScribeTest::writeNote);
      assertThat(pulses.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(own.commits()).isZero();
      assertThat(own.<Long>write("question", ScribeTest::synchronous)).isEqualTo(2);
      assertThat(pulses.poll(10, TimeUnit.SECONDS)).as("which changes nothing").isEqualTo(2);
      assertThat(pulses.poll(10, TimeUnit.SECONDS)).as("a second later").isEqualTo(2);

      own.writeSoon("note", ScribeTest::writeNote);
      assertThat(own.<Long>write("record", ScribeTest::synchronous)).isEqualTo(2);
    } finally {
      assertThat(own.close("again", _ -> {}, Duration.ofSeconds(10))).isTrue();
    }
  }

  private void awaitDisk() {
    try {
      diskAnswers.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
