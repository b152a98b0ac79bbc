package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import ofelia.docker.EventHub.Notice;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class EventHubTest {

  private static final EventHub.Rhythm QUICK =
      new EventHub.Rhythm(
          Duration.ofMillis(20),
          Duration.ofMillis(80),
          Duration.ofMillis(100),
          Duration.ofMillis(500));

  @TempDir Path folder;

  private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
  private FakeEngine engine;
  private EventHub hub;

  @BeforeEach
  void startBoth() throws IOException {
    engine = new FakeEngine(folder.resolve("s"));
    hub = EventHub.of(engine.client(), QUICK, new SystemTime(), new SystemCrew());
    hub.listen(notices::add);
  }

  @AfterEach
  void stopBoth() throws IOException {
    hub.close();
    engine.close();
  }

  private static String event(String action, String id, long timeNanos, String attributes) {
    return "{\"Type\":\"container\",\"Action\":\"%s\",\"Actor\":{\"ID\":\"%s\",\"Attributes\":{%s}},\"timeNano\":%d}"
        .formatted(action, id, attributes, timeNanos);
  }

  private Notice next() throws InterruptedException {
    Notice notice = notices.poll(5, TimeUnit.SECONDS);
    assertThat(notice).as("a notice").isNotNull();
    return notice;
  }

  private String nextEvent() throws InterruptedException {
    Notice notice = next();
    assertThat(notice).isInstanceOf(Notice.Happened.class);
    Event event = ((Notice.Happened) notice).event();
    return event.action() + " " + event.actor().id();
  }

  private void expectConnected(boolean again) throws InterruptedException {
    assertThat(next()).isEqualTo(new Notice.Connected(again));
  }

  private String nextBreak() throws InterruptedException {
    Notice notice = next();
    assertThat(notice).isInstanceOf(Notice.Broken.class);
    return ((Notice.Broken) notice).why();
  }

  @Test
  void tellsWhenToLookAndWhatHappens() throws Exception {
    hub.start();
    expectConnected(false);
    assertThat(hub.isConnected()).isTrue();
    engine.say(event("start", "c1", 1_795_441_578_000_000_001L, ""));
    assertThat(nextEvent()).isEqualTo("start c1");
    // A second before the engine's clock: it answers before it subscribes.
    assertThat(engine.subscriptions).containsExactly("1795441577.000000000");
  }

  @Test
  void goesOnWhereItWasAfterTheStreamEnded() throws Exception {
    hub.start();
    expectConnected(false);
    String first = event("start", "c1", 1_795_441_580_123_456_789L, "");
    engine.say(first);
    assertThat(nextEvent()).isEqualTo("start c1");
    engine.endSubscription();
    assertThat(nextBreak()).isEqualTo("the engine ended the stream of events");
    engine.setDate("Mon, 23 Nov 2026 13:46:21 GMT");
    engine.say(first);
    engine.say(event("stop", "c1", 1_795_441_580_123_456_789L, ""));
    engine.say(event("start", "c2", 1_795_441_580_123_456_789L, ""));
    expectConnected(true);
    assertThat(nextEvent()).isEqualTo("stop c1");
    assertThat(nextEvent()).isEqualTo("start c2");
    assertThat(engine.subscriptions.getLast()).isEqualTo("1795441579.123456789");
  }

  @Test
  void followsAClockThatWasSetBack() throws Exception {
    hub.start();
    expectConnected(false);
    engine.say(event("start", "c1", 1_795_441_580_000_000_000L, ""));
    assertThat(nextEvent()).isEqualTo("start c1");
    engine.setDate("Mon, 23 Nov 2026 12:46:18 GMT");
    engine.endSubscription();
    assertThat(nextBreak()).isNotEmpty();
    expectConnected(true);
    assertThat(engine.subscriptions.getLast()).isEqualTo("1795437977.000000000");
  }

  @Test
  void saysOnceThatTheEngineIsAwayAndComesBackByItself() throws Exception {
    engine.goAway();
    hub.start();
    assertThat(nextBreak()).contains("cannot ping: cannot connect to unix://");
    assertThat(hub.isConnected()).isFalse();
    assertThat(notices.poll(300, TimeUnit.MILLISECONDS)).as("a second break").isNull();
    engine.comeBack();
    expectConnected(false);
  }

  @Test
  void noticesAnEngineThatHangs() throws Exception {
    hub.start();
    expectConnected(false);
    engine.hang(true);
    assertThat(nextBreak()).contains("the engine is silent: cannot ping").contains("500 ms");
    engine.hang(false);
    expectConnected(true);
  }

  @Test
  void leavesASilentEngineAloneThatAnswersPings() throws Exception {
    hub.start();
    expectConnected(false);
    assertThat(notices.poll(500, TimeUnit.MILLISECONDS)).isNull();
    assertThat(engine.subscriptions).hasSize(1);
  }

  @Test
  void takesNonsenseForABreak() throws Exception {
    hub.start();
    expectConnected(false);
    engine.say("<html>");
    assertThat(nextBreak()).contains("not the JSON expected");
    expectConnected(true);
  }

  @Test
  void slowsDownForAnEngineThatEndsEachSubscription() throws Exception {
    for (int i = 0; i < 1000; i++) {
      engine.endSubscription();
    }
    hub.start();
    Thread.sleep(600);
    assertThat(engine.subscriptions).hasSizeBetween(3, 15);
  }

  @Test
  void survivesAListenerThatThrows() throws Exception {
    AtomicReference<Notice> last = new AtomicReference<>();
    hub.listen(notice -> {
      last.set(notice);
      throw new IllegalStateException("listener");
    });
    hub.start();
    expectConnected(false);
    engine.say(event("start", "c1", 1, ""));
    assertThat(nextEvent()).isEqualTo("start c1");
    engine.say(event("stop", "c1", 2, ""));
    assertThat(nextEvent()).isEqualTo("stop c1");
    assertThat(last.get()).isInstanceOf(Notice.Happened.class);
  }

  @Test
  void endsItsThreadsInEveryState() throws Exception {
    AtomicInteger running = new AtomicInteger();
    for (int state = 0; state < 3; state++) {
      engine.hang(state == 1);
      EventHub other = EventHub.of(engine.client(), QUICK, new SystemTime(), counting(running));
      other.start();
      assertThat(running.get()).isEqualTo(2);
      if (state == 2) {
        Thread.sleep(100);
      }
      other.close();
      other.close();
      assertThat(running.get()).isZero();
    }
    engine.hang(false);
  }

  private static Crew counting(AtomicInteger running) {
    return new Crew() {
      private final Crew crew = new SystemCrew();

      @Override
      public Hand start(String name, Runnable work) {
        running.incrementAndGet();
        return crew.start(name, () -> count(work));
      }

      @Override
      public Hand startLoop(String name, Runnable loop) {
        running.incrementAndGet();
        return crew.startLoop(name, () -> count(loop));
      }

      private void count(Runnable work) {
        work.run();
        running.decrementAndGet();
      }
    };
  }
}
