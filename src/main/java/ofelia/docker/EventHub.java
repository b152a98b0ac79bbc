package ofelia.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import ofelia.wire.Deadline;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The program's one subscription to what happens to containers, kept alive.
///
/// ## How it works
///
/// The hub subscribes, tells its listeners that they may look now (what they list from then on
/// cannot miss anything), and hands on each event. When the stream ends, breaks, or the engine
/// stops answering pings while the stream is silent, it tells them that they are on their own, and
/// subscribes again after 1, 2, 4 … seconds. It asks for the events since a little before the last
/// one that it saw, by the engine's clock, and drops those that it has handed on already. Docker
/// Engine remembers 256 events, and none across a restart of its own; that is why each new
/// subscription is a reason to look again.
///
/// A subscription without `since` would lose what happens between the engine's answer and its
/// subscribing (it answers first), so the first one goes back a second, too. Listeners may thus
/// hear of things that are older than they are.
///
/// ## Threads
///
/// Listeners are called one after the other in the hub's thread `docker-events`: there is no queue
/// that could grow, but a listener that blocks holds up all others, and after a thousand waiting
/// events the engine drops further ones. So a listener only takes note, and works in a thread of
/// its own. `docker-events-ping` pings. Both belong to the hub.
public final class EventHub implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);

  /// All that a source of jobs or a runner wants to know. Without this the execs of health checks
  /// would triple the traffic. Podman knows `died`, `remove` and `exec_died` in their place.
  private static final List<String> VERBS =
      List.of(
          "create",
          "start",
          "restart",
          "stop",
          "kill",
          "die",
          "died",
          "oom",
          "destroy",
          "remove",
          "pause",
          "unpause",
          "rename",
          "update",
          "exec_die",
          "exec_died");

  /// How far back a new subscription reaches: the engine stamps events before it puts them in
  /// order.
  private static final Duration OVERLAP = Duration.ofSeconds(1);

  /// More than the 256 that an engine can tell again.
  private static final int MOST_REMEMBERED = 1024;

  private final DockerClient client;
  private final Rhythm rhythm;
  private final Time time;
  private final Crew crew;
  private final Filters filters;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Signal stopReading;
  private final Signal stopPinging;
  private volatile @Nullable EventStream stream;
  private volatile boolean closing;

  /// How many events came.
  private final AtomicLong heard = new AtomicLong();

  private volatile String hang = "";
  private @Nullable Hand reader;
  private @Nullable Hand pinger;

  // Owned by the reading thread.
  private Instant resumeFrom = Instant.EPOCH;
  private boolean connectedBefore;
  private boolean broken;
  private final Map<Key, Boolean> remembered =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /// What makes an event the same event when it is told again.
  private record Key(long timeNanos, String id, String action, String execId) {
    static Key of(Event event) {
      String execId = event.actor().attributes().getOrDefault("execID", "");
      return new Key(event.timeNanos(), event.actor().id(), event.action(), execId);
    }
  }

  /// How quickly the hub acts.
  ///
  /// @param firstPause before the first attempt to subscribe again; doubles with each
  /// @param longestPause that it may become
  /// @param ping how long the stream may be silent before the engine is pinged
  /// @param patience for the ping, and for each attempt to subscribe
  public record Rhythm(
      Duration firstPause, Duration longestPause, Duration ping, Duration patience) {

    public static final Rhythm ORDINARY =
        new Rhythm(
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(15),
            Duration.ofSeconds(10));
  }

  /// Hears of everything. Called in the hub's thread; must not block.
  @FunctionalInterface
  public interface Listener {
    void hear(Notice notice);
  }

  /// What a listener hears.
  public sealed interface Notice {

    /// The subscription stands: look at the state of things now, and rely on events from here on.
    ///
    /// @param again whether it stood before, and something may have been missed meanwhile
    record Connected(boolean again) implements Notice {}

    record Happened(Event event) implements Notice {}

    /// The subscription is lost, or could not be had at the start; said once, until the next
    /// [Connected]. Poll if it matters.
    ///
    /// @param since by this machine's clock
    record Broken(Instant since, String why) implements Notice {}
  }

  /// Ends when closed; closing does not wait for a call under way.
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  private EventHub(DockerClient client, Rhythm rhythm, Time time, Crew crew) {
    this.client = client;
    this.rhythm = rhythm;
    this.time = time;
    this.crew = crew;
    this.stopReading = time.newSignal();
    this.stopPinging = time.newSignal();
    Filters chosen = Filters.NONE.with("type", "container");
    for (String verb : VERBS) {
      chosen = chosen.with("event", verb);
    }
    this.filters = chosen;
  }

  /// A hub that does nothing until [#start], so that listeners can be there before.
  public static EventHub of(DockerClient client, Rhythm rhythm, Time time, Crew crew) {
    return new EventHub(client, rhythm, time, crew);
  }

  /// Tells the listener what happens from now on.
  public Subscription listen(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /// Whether events come at present.
  public boolean isConnected() {
    return stream != null;
  }

  /// Starts to subscribe, in a thread of its own. To be called once.
  public void start() {
    reader = crew.startLoop("docker-events", this::read);
    pinger = crew.start("docker-events-ping", this::ping);
  }

  private void read() {
    Duration pause = rhythm.firstPause();
    while (!closing) {
      long heardBefore = heard.get();
      String why = subscribeAndRead();
      if (closing) {
        return;
      }
      tellBroken(why);
      // An engine that takes subscriptions and ends them at once must not be asked at full speed.
      pause = heard.get() > heardBefore ? rhythm.firstPause() : pause;
      try {
        var _ = stopReading.await(pause);
      } catch (InterruptedException _) {
        return; // The owner says stop.
      }
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(rhythm.longestPause()) < 0 ? doubled : rhythm.longestPause();
    }
  }

  /// One subscription from its beginning to its end.
  ///
  /// @return why it ended
  private String subscribeAndRead() {
    hang = "";
    try (EventStream events = subscribe()) {
      stream = events;
      if (closing) {
        return "closed";
      }
      broken = false;
      LOG.debug("Following the events of {}", client);
      tell(new Notice.Connected(connectedBefore));
      connectedBefore = true;
      for (Optional<Event> event = events.next(); event.isPresent(); event = events.next()) {
        heard.incrementAndGet();
        handOn(event.get());
      }
      return "the engine ended the stream of events";
    } catch (DockerException e) {
      return hang.isEmpty() ? e.getMessage() : hang;
    } finally {
      stream = null;
    }
  }

  private EventStream subscribe() {
    Deadline deadline = Deadline.within(rhythm.patience());
    Instant now = client.events().clock(deadline);
    // The engine's clock may have been set back since: what is in its future would never come.
    if (resumeFrom.equals(Instant.EPOCH) || resumeFrom.isAfter(now)) {
      resumeFrom = now;
    }
    Instant since = resumeFrom.minus(OVERLAP);
    return client.events().follow(Optional.of(since), filters, deadline);
  }

  private void handOn(Event event) {
    if (remembered.putIfAbsent(Key.of(event), true) != null) {
      return;
    }
    if (event.time().isAfter(resumeFrom)) {
      resumeFrom = event.time();
    }
    tell(new Notice.Happened(event));
  }

  private void tellBroken(String why) {
    if (broken) {
      return;
    }
    broken = true;
    // Before it was ever connected there is nothing to miss yet; whoever needs the engine says so.
    LOG.atLevel(connectedBefore ? Level.WARN : Level.DEBUG)
        .log("Events of {} do not come: {}", client, why);
    tell(new Notice.Broken(time.now(), why));
  }

  private void tell(Notice notice) {
    for (Listener listener : listeners) {
      guarded(() -> listener.hear(notice));
    }
  }

  /// One listener's failure is not the others' trouble.
  private static void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.error("A listener to the engine's events failed", e);
    }
  }

  /// Notices an engine that hangs: it keeps its connections, and says nothing.
  private void ping() {
    while (!closing) {
      long heardBefore = heard.get();
      try {
        var _ = stopPinging.await(rhythm.ping());
      } catch (InterruptedException _) {
        return; // The owner says stop.
      }
      EventStream silent = stream;
      if (silent == null || heard.get() > heardBefore || closing) {
        continue;
      }
      try {
        client.ping(Deadline.within(rhythm.patience()));
      } catch (DockerException e) {
        hang = "the engine is silent: " + e.getMessage();
        silent.close();
      }
    }
  }

  /// Ends the subscription and both threads. A second close does nothing.
  @Override
  public void close() {
    closing = true;
    stopReading.raise();
    stopPinging.raise();
    EventStream open = stream;
    if (open != null) {
      open.close();
    }
    end(reader);
    end(pinger);
  }

  private void end(@Nullable Hand hand) {
    if (hand == null) {
      return;
    }
    hand.interrupt();
    try {
      if (!hand.join(rhythm.patience())) {
        LOG.warn("A thread that follows the events of {} does not end", client);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
