package ofelia.source;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import ofelia.config.Calendars;
import ofelia.config.Configuration;
import ofelia.config.DockerKeys;
import ofelia.config.LabelReading;
import ofelia.config.LabelledContainer;
import ofelia.config.Labels;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerCutException;
import ofelia.docker.DockerException;
import ofelia.docker.Event;
import ofelia.docker.EventHub;
import ofelia.docker.Filters;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.plugin.JobSource;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import ofelia.wire.Deadline;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Jobs from the labels of containers.
///
/// # How changes are noticed
///
/// Each look is a whole listing. One is made at the start, a moment after an event about an enabled
/// container (many events make one look), whenever the subscription to events stands again, and at
/// intervals: `docker-poll-interval` always, `polling-fallback` while events do not come.
///
/// # What an engine cannot do
///
/// Remove a job by failing. Only a complete, sound listing replaces what is known; an engine that
/// is away, hangs or talks nonsense changes nothing. And a listing that comes first after such a
/// trouble is believed about containers that it has, not about those that it lacks, since an engine
/// that has just started may still be restoring them: they are given up when a second listing, five
/// seconds later, lacks them too, and no listing in between has brought others.
///
/// The same holds for the first listing of all, as after a boot of the host: jobs that the book
/// knows from labels stay until then.
///
/// While nothing is wrong with the engine a container that stopped is given up at once.
///
/// Safe for any thread. [#follow] starts one, which [#close] ends.
public final class LabelSource implements JobSource {

  private static final Logger LOG = LoggerFactory.getLogger(LabelSource.class);

  private static final String ENABLED = "ofelia.enabled";

  /// How long to gather events before looking.
  private static final Duration GATHER = Duration.ofMillis(150);

  /// Between the first listing after a trouble and the one that confirms what it lacks.
  private static final Duration CONFIRM = Duration.ofSeconds(5);

  /// How long others that appear may put that off.
  private static final Duration LONGEST_SETTLING = Duration.ofMinutes(1);

  private static final Duration LISTING = Duration.ofSeconds(10);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
  private static final Duration LONG_TIME = Duration.ofDays(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /// What may change which jobs there are. Others, such as `kill`, are followed by one of these.
  private static final Set<String> VERBS =
      Set.of(
          "create", "start", "restart", "die", "destroy", "pause", "unpause", "rename", "update");

  private final DockerClient client;
  private final EventHub hub;
  private final String engine;
  private final Supplier<Configuration> configuration;
  private final ZoneId zone;
  private final Time time;
  private final Crew crew;
  private final Signal wakeUp;
  private final Signal closing;

  private volatile boolean isClosed;
  private volatile @Nullable Hand watcher;
  private volatile EventHub.@Nullable Subscription subscription;

  /// Set by events, taken by the look that follows.
  private volatile boolean isTold;

  /// The subscription was lost or regained, as when an engine restarts; taken by the look that
  /// follows.
  private volatile boolean isDisturbed;

  /// Guards everything below, and is held during looks and callbacks, so that they come one after
  /// the other.
  private final ReentrantLock lock = new ReentrantLock();

  /// What is in force.
  private List<LabelledContainer> known = List.of();

  private LabelReading reading = new LabelReading(List.of(), Settings.EMPTY, List.of());

  /// Whether the engine has answered at any time.
  private boolean hasRead;

  /// Listings that failed since the last good one.
  private int failures;

  /// Whether something went wrong since the last listing that was believed in full.
  private boolean isTroubled;

  /// When the listing was made that the next one is to confirm.
  private OptionalLong unconfirmedNanos = OptionalLong.empty();

  /// When the first of those was made.
  private long unsettledNanos;

  /// Jobs that the book knows from labels, and that no listing has shown yet.
  private List<JobSpec> expected = List.of();

  private @Nullable Consumer<Reading> sink;

  /// What the sink was told last.
  private @Nullable Told told;

  private record Told(
      List<LabelledContainer> containers,
      List<JobSpec> expected,
      Settings global,
      List<Problem> problems) {}

  /// @param hub started and closed by its owner
  /// @param engine its name; empty for that of `[docker]`
  /// @param configuration what the files say at present: how to ask, and what jobs inherit
  /// @param zone of schedules that name none
  public LabelSource(
      DockerClient client,
      EventHub hub,
      String engine,
      Supplier<Configuration> configuration,
      ZoneId zone,
      Time time,
      Crew crew) {
    this.engine = engine;
    this.client = client;
    this.hub = hub;
    this.configuration = configuration;
    this.zone = zone;
    this.time = time;
    this.crew = crew;
    this.wakeUp = time.newSignal();
    this.closing = time.newSignal();
  }

  @Override
  public String name() {
    return Labels.source(engine);
  }

  /// What labels set for the program as a whole; weaker than files.
  public Settings global() {
    lock.lock();
    try {
      return reading.global();
    } finally {
      lock.unlock();
    }
  }

  /// Takes the jobs that the book knows from labels: until the engine has settled, they stay though
  /// it does not list them. To be called before [#follow].
  public void expect(List<JobSpec> booked) {
    lock.lock();
    try {
      expected = List.copyOf(booked);
      isTroubled = !expected.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void follow(Consumer<Reading> sink) {
    lock.lock();
    try {
      this.sink = sink;
      if (docker().get(DockerKeys.EVENTS)) {
        // Before the first listing, so that nothing falls in between.
        subscription = hub.listen(this::hear);
      }
      watcher = crew.startLoop("source-labels", this::watch);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Problem> reload() {
    lock.lock();
    try {
      if (!look()) {
        return List.of();
      }
      tell(true);
      List<Problem> all = new ArrayList<>(reading.problems());
      reading.jobs().forEach(job -> all.addAll(job.problems()));
      return List.copyOf(all);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    EventHub.Subscription listening = subscription;
    if (listening != null) {
      listening.close();
    }
    closing.raise();
    wakeUp.raise();
    Hand hand = watcher;
    if (hand != null) {
      hand.interrupt();
      try {
        if (!hand.join(CLOSE_LIMIT)) {
          LOG.warn("still listing containers after {} s; left behind", CLOSE_LIMIT.toSeconds());
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    lock.lock();
    try {
      sink = null;
    } finally {
      lock.unlock();
    }
  }

  /// In the hub's thread: takes note, and no more.
  private void hear(EventHub.Notice notice) {
    switch (notice) {
      case EventHub.Notice.Connected(var again) -> {
        if (again) {
          isDisturbed = true;
        }
        isTold = true;
        wakeUp.raise();
      }
      case EventHub.Notice.Happened(var event) -> {
        if (matters(event)) {
          isTold = true;
          wakeUp.raise();
        }
      }
      case EventHub.Notice.Broken(_, _) -> {
        isDisturbed = true;
        wakeUp.raise();
      }
    }
  }

  private static boolean matters(Event event) {
    return VERBS.contains(event.verb()) && "true".equals(event.actor().attributes().get(ENABLED));
  }

  private void watch() {
    try {
      lookAndTell();
      while (!isClosed) {
        boolean isWoken = wakeUp.await(pause());
        // Otherwise the wait itself may have become another one.
        if (!isWoken || isTold) {
          if (isTold) {
            closing.await(GATHER);
          }
          lookAndTell();
        }
      }
    } catch (InterruptedException _) {
      // Told to leave by close(), which waits for the end of this method.
      Thread.currentThread().interrupt();
    }
  }

  private void lookAndTell() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (!isClosed && look()) {
        tell(false);
      }
    } finally {
      lock.unlock();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /// How long to wait for a reason to look before looking without one.
  private Duration pause() {
    lock.lock();
    try {
      if (unconfirmedNanos.isPresent()) {
        return Duration.ofNanos(unconfirmedNanos.getAsLong() - time.nanos()).plus(CONFIRM);
      }
      Settings docker = docker();
      Duration pause = LONG_TIME;
      pause = shorter(pause, docker.get(DockerKeys.DOCKER_POLL_INTERVAL));
      boolean isBlind = docker.get(DockerKeys.EVENTS) && !hub.isConnected();
      if (isBlind || failures > 0) {
        pause = shorter(pause, docker.get(DockerKeys.POLLING_FALLBACK));
      }
      if (!hasRead && failures > 0 && failures <= docker.get(DockerKeys.STARTUP_RETRY_COUNT)) {
        pause = shorter(pause, startupPause(docker));
      }
      return pause;
    } finally {
      lock.unlock();
    }
  }

  private Duration startupPause(Settings docker) {
    Duration pause = docker.get(DockerKeys.STARTUP_RETRY_INTERVAL);
    for (int i = 1; i < failures && pause.compareTo(LONGEST_RETRY) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return shorter(LONGEST_RETRY, pause);
  }

  /// @param interval zero for never
  private static Duration shorter(Duration pause, Duration interval) {
    return interval.isZero() || pause.compareTo(interval) < 0 ? pause : interval;
  }

  /// A section that has gone since the start is still followed, with the values of `[docker]`:
  /// which engines there are is decided at the start.
  private Settings settings(Configuration present) {
    return engine.isEmpty()
        ? present.docker()
        : present.engines().getOrDefault(engine, present.docker());
  }

  private Settings docker() {
    return settings(configuration.get());
  }

  /// Makes a listing, and takes up what it says.
  ///
  /// @return false when there was none to be had
  private boolean look() {
    if (isDisturbed) {
      isDisturbed = false;
      distrust();
    }
    isTold = false;
    Configuration present = configuration.get();
    // Without the filter that somebody meant, there could be jobs that nobody wants.
    List<Problem> wrong = wrongFilters(settings(present));
    try {
      List<ContainerSummary> listed =
          wrong.isEmpty() && settings(present).get(DockerKeys.READ_LABELS)
              ? list(settings(present))
              : List.of();
      if (!listed.stream().allMatch(LabelSource::isSound)) {
        return failed("the engine lists what it was not asked for");
      }
      accept(
          listed.stream()
              .map(LabelSource::labelled)
              .filter(each -> each.isRunning() || wantsStopped(settings(present)))
              .toList(),
          present.global());
    } catch (DockerCutException _) {
      // Told to leave; the thread is still marked as interrupted.
      return false;
    } catch (DockerException e) {
      return failed(e.getMessage());
    }
    if (failures > 0) {
      LOG.info("Containers can be listed again");
    }
    failures = 0;
    hasRead = true;
    LabelReading parsed = Labels.parse(known, present.global(), present.calendars(), zone, engine);
    List<Problem> problems = new ArrayList<>(wrong);
    problems.addAll(parsed.problems());
    List<JobSpec> jobs = new ArrayList<>(parsed.jobs());
    jobs.addAll(expected);
    reading = new LabelReading(jobs, parsed.global(), problems);
    return true;
  }

  private boolean failed(String why) {
    failures++;
    distrust();
    if (failures == 1) {
      if (hasRead) {
        LOG.warn("Containers cannot be listed, and their jobs stay as they are: {}", why);
      } else {
        LOG.warn("The container engine does not answer, so container jobs cannot run: {}", why);
      }
    }
    return false;
  }

  private void distrust() {
    isTroubled = true;
    unconfirmedNanos = OptionalLong.empty();
  }

  /// In any state: of those that run, Podman leaves out the paused ones.
  private List<ContainerSummary> list(Settings docker) {
    Filters filters = Filters.NONE.with("label", ENABLED + "=true");
    for (String filter : docker.get(DockerKeys.FILTERS)) {
      int equals = filter.indexOf('=');
      filters = filters.with(filter.substring(0, equals), filter.substring(equals + 1));
    }
    return client.containers().list(true, filters, Deadline.within(LISTING));
  }

  /// Somebody who filters by status has said which.
  private static boolean wantsStopped(Settings docker) {
    return docker.get(DockerKeys.INCLUDE_STOPPED)
        || docker.get(DockerKeys.FILTERS).stream().anyMatch(each -> each.startsWith("status="));
  }

  private static boolean isSound(ContainerSummary container) {
    return !container.id().isEmpty() && "true".equals(container.labels().get(ENABLED));
  }

  /// As for the engine itself, a container that is paused or between two restarts is running.
  private static LabelledContainer labelled(ContainerSummary container) {
    boolean isRunning =
        switch (container.state()) {
          case "running", "paused", "restarting" -> true;
          default -> false;
        };
    return new LabelledContainer(
        container.name(), container.labels(), isRunning, container.created());
  }

  private static List<Problem> wrongFilters(Settings docker) {
    return docker.get(DockerKeys.FILTERS).stream()
        .filter(filter -> filter.indexOf('=') <= 0)
        .map(filter ->
            Problem.error(
                Origin.of("configuration"),
                "[docker] filters",
                "\"" + filter + "\" is not KEY=VALUE, and no labels are read with it",
                "write a filter of `docker ps`, such as label=com.example.team=web"))
        .toList();
  }

  /// Takes up a complete listing, see the type's description.
  private void accept(List<LabelledContainer> listed, Settings global) {
    dropExpected(listed, global);
    Map<String, LabelledContainer> byName =
        listed.stream()
            .collect(Collectors.toMap(LabelledContainer::name, Function.identity(), (a, _) -> a));
    List<LabelledContainer> lacking =
        known.stream().filter(before -> isLess(byName.get(before.name()), before)).toList();
    boolean isWhole = lacking.isEmpty() && expected.isEmpty();
    if (isWhole || !isTroubled || isConfirmed(listed)) {
      known = sorted(listed);
      expected = List.of();
      isTroubled = false;
      unconfirmedNanos = OptionalLong.empty();
      return;
    }
    lacking.forEach(before -> byName.put(before.name(), before));
    known = sorted(byName.values());
  }

  private void dropExpected(List<LabelledContainer> listed, Settings global) {
    if (!expected.isEmpty()) {
      // By name: whether a job names calendars that are there does not matter here.
      Set<JobName> shown =
          Labels.parse(sorted(listed), global, Calendars.NONE, zone, engine).jobs().stream()
              .map(JobSpec::name)
              .collect(Collectors.toSet());
      expected = expected.stream().filter(job -> !shown.contains(job.name())).toList();
    }
  }

  /// Whether this listing confirms an earlier one about what both lack.
  private boolean isConfirmed(List<LabelledContainer> listed) {
    long now = time.nanos();
    if (unconfirmedNanos.isEmpty()) {
      unsettledNanos = now;
      unconfirmedNanos = OptionalLong.of(now);
    } else if (brings(listed) && now - unsettledNanos < LONGEST_SETTLING.toNanos()) {
      unconfirmedNanos = OptionalLong.of(now);
    }
    return now - unconfirmedNanos.getAsLong() >= CONFIRM.toNanos();
  }

  /// Whether a listing shows a container that was not known, or that did not run.
  private boolean brings(List<LabelledContainer> listed) {
    Map<String, LabelledContainer> byName =
        known.stream().collect(Collectors.toMap(LabelledContainer::name, Function.identity()));
    return listed.stream().anyMatch(shown -> isLess(byName.get(shown.name()), shown));
  }

  private static List<LabelledContainer> sorted(Collection<LabelledContainer> containers) {
    return containers.stream().sorted(Comparator.comparing(LabelledContainer::name)).toList();
  }

  private static boolean isLess(@Nullable LabelledContainer one, LabelledContainer other) {
    return one == null || (other.isRunning() && !one.isRunning());
  }

  /// @param always also when nothing changed
  private void tell(boolean always) {
    Told next = new Told(known, expected, reading.global(), reading.problems());
    if (sink == null || isClosed || (!always && next.equals(told))) {
      return;
    }
    told = next;
    sink.accept(new Reading(reading.jobs(), reading.problems()));
  }
}
