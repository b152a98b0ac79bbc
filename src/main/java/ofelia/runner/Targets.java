package ofelia.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import ofelia.config.ContainerKeys;
import ofelia.config.ExecKeys;
import ofelia.config.TargetKeys;
import ofelia.config.TargetKeys.Select;
import ofelia.config.TargetKeys.WhenUnavailable;
import ofelia.docker.Container;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.ImageName;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Stop;
import ofelia.time.Signal;
import ofelia.time.Time;

/// The containers that a job is about, looked up now: containers are made anew, scaled and paused
/// between two runs. What the job does with them is its [Purpose].
///
/// One that is not there, or not in a state or of a health that serves, is waited for, or not, as
/// the job says. A container that one-off commands of Compose or runs of jobs made is never a
/// replica of anything.
final class Targets {

  /// @param id the engine's
  /// @param name for people
  record Target(String id, String name) {}

  /// More replicas than these are somebody's mistake.
  static final int MOST = 100;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration HEALTH_OF_OTHERS = Duration.ofMinutes(1);

  private final DockerClient client;
  private final Time time;
  private final Settings settings;
  private final RunId run;
  private final Purpose purpose;

  /// What a look shows.
  private sealed interface Look {
    record Ready(List<Target> targets) implements Look {}

    record Unavailable(String why) implements Look {}

    record Unhealthy(String why) implements Look {}

    /// Waiting would not help.
    record Mistaken(String why) implements Look {}
  }

  /// A container, running or not.
  ///
  /// @param state as [ContainerSummary#state()]
  record Candidate(String id, String name, long createdSeconds, String state) {}

  Targets(DockerClient client, Time time, Settings settings, RunId run, Purpose purpose) {
    this.client = client;
    this.time = time;
    this.settings = settings;
    this.run = run;
    this.purpose = purpose;
  }

  /// Finds them, and waits for them where the job says so.
  ///
  /// @return one, or all of them with `select = all`; none when the run was stopped meanwhile
  /// @throws IOException when there is none to use, saying why and what to do
  /// @throws DeclinedException when there is none to use, and the run is to be skipped
  /// @throws DockerException when the engine does not answer
  List<Target> find(Stop stop) throws IOException, DeclinedException, InterruptedException {
    String policy = settings.get(TargetKeys.WHEN_UNAVAILABLE);
    Signal wake = time.newSignal();
    long from = time.nanos();
    boolean hasWaited = false;
    for (Duration pause = FIRST_PAUSE; ; pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE)) {
      Duration most;
      String why;
      switch (Asking.once(this::look)) {
        case Look.Ready(var targets) -> {
          return targets;
        }
        case Look.Mistaken(var reason) -> throw new IOException(reason);
        case Look.Unavailable(var reason) -> {
          why = reason;
          most =
              policy.equals(WhenUnavailable.WAIT)
                  ? settings.get(TargetKeys.WAIT_AVAILABLE)
                  : Duration.ZERO;
        }
        case Look.Unhealthy(var reason) -> {
          why = reason;
          most = settings.find(TargetKeys.WAIT_HEALTHY).orElse(HEALTH_OF_OTHERS);
        }
      }
      Duration left = most.minusNanos(time.nanos() - from);
      if (!left.isPositive()) {
        String whole = hasWaited ? why + ", after " + most.toSeconds() + " s" : why;
        if (policy.equals(WhenUnavailable.SKIP)) {
          throw DeclinedException.skipped(whole);
        }
        throw new IOException(whole);
      }
      if (!hasWaited) {
        stop.onRequest(wake::raise);
        hasWaited = true;
      }
      var _ = wake.await(shorter(pause, left));
      if (stop.isRequested()) {
        return List.of();
      }
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private Look look() {
    String container = settings.find(ContainerKeys.CONTAINER).orElse("");
    try {
      List<Candidate> candidates = container.isEmpty() ? replicas() : List.of(named(container));
      return look(candidates);
    } catch (UnavailableException e) {
      return new Look.Unavailable(e.getMessage());
    } catch (MistakeException e) {
      return new Look.Mistaken(e.getMessage());
    }
  }

  private Look look(List<Candidate> candidates) throws UnavailableException, MistakeException {
    boolean isAll = settings.get(TargetKeys.SELECT).equals(Select.ALL);
    List<Candidate> usable = purpose.usable(candidates, isAll);
    if (usable.size() > MOST && isAll) {
      throw new MistakeException(
          "there are " + usable.size() + " replicas, and " + MOST + " is the most at once");
    }
    return purpose.needsHealth() ? healthy(usable, isAll) : new Look.Ready(select(usable));
  }

  private Look healthy(List<Candidate> running, boolean isAll) throws MistakeException {
    List<String> others = settings.get(ExecKeys.WAIT_HEALTHY_OF);
    for (String other : others) {
      Optional<String> ill = illness(other, other);
      if (ill.isPresent()) {
        return new Look.Unhealthy(ill.get());
      }
    }
    if (others.isEmpty() && settings.isWritten(TargetKeys.WAIT_HEALTHY)) {
      List<Candidate> healthy = new ArrayList<>();
      Optional<String> ill = Optional.empty();
      for (Candidate each : running) {
        Optional<String> illness = illness(each.id, each.name);
        if (illness.isEmpty()) {
          healthy.add(each);
        } else {
          ill = illness;
        }
      }
      if (ill.isPresent() && (isAll || healthy.isEmpty())) {
        return new Look.Unhealthy(ill.get());
      }
      return new Look.Ready(select(healthy));
    }
    return new Look.Ready(select(running));
  }

  private Optional<String> illness(String id, String name) throws MistakeException {
    try {
      return illness(client.containers().inspect(id, Asking.soon()), name);
    } catch (DockerException e) {
      if (e.isNotFound()) {
        return Optional.of("there is no container \"" + name + "\"");
      }
      throw e;
    }
  }

  /// Why a container is not healthy, if it is not.
  ///
  /// @throws MistakeException when it never says
  static Optional<String> illness(Container container, String name) throws MistakeException {
    String what = "container \"" + name + "\" ";
    Optional<String> status = container.state().healthStatus();
    if (status.isEmpty()) {
      throw new MistakeException(
          what + "has no health check; define one, or remove wait-healthy from the job");
    }
    return status.get().equals("healthy")
        ? Optional.empty()
        : Optional.of(what + "is not healthy (" + status.get() + ")");
  }

  private List<Target> select(List<Candidate> running) {
    List<Candidate> byName =
        running.stream().sorted(Comparator.comparing(Candidate::name)).toList();
    List<Candidate> selected =
        switch (settings.get(TargetKeys.SELECT)) {
          case Select.ALL -> byName;
          case Select.OLDEST ->
              List.of(
                  byName.stream()
                      .min(Comparator.comparingLong(Candidate::createdSeconds))
                      .orElseThrow());
          case Select.RANDOM -> List.of(byName.get(byChance(byName.size())));
          default -> List.of(byName.getFirst());
        };
    return selected.stream().map(each -> new Target(each.id, each.name)).toList();
  }

  /// Spread by the run's number, so that the same run always has the same choice. The constant is
  /// that of Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
  private int byChance(int count) {
    return (int) Math.floorMod((run.value() * 0x9E3779B97F4A7C15L) >>> 32, (long) count);
  }

  // ---- candidates ----------------------------------------------------------------------------

  private Candidate named(String name) throws UnavailableException {
    try {
      Container container = client.containers().inspect(name, Asking.soon());
      return new Candidate(container.id(), container.name(), 0, container.state().status());
    } catch (DockerException e) {
      if (e.isNotFound()) {
        throw new UnavailableException(
            purpose.refusal(name)
                + "there is no such container; create it, or correct the job's container");
      }
      throw e;
    }
  }

  /// @return at least one
  private List<Candidate> replicas() throws UnavailableException, MistakeException {
    Optional<String> service = settings.find(TargetKeys.TARGET_SERVICE);
    Optional<String> image = settings.find(TargetKeys.TARGET_IMAGE);
    List<String> labels = settings.get(TargetKeys.TARGET_LABEL);
    List<ContainerSummary> found =
        service.isPresent()
            ? ofService(service.get(), labels)
            : ContainerSearch.labelled(client, labels);
    if (image.isPresent()) {
      found = ofImage(image.get(), found);
    }
    List<ContainerSummary> replicas = found.stream().filter(ContainerSearch::isReplica).toList();
    List<Candidate> candidates =
        replicas.stream()
            .filter(purpose::mayPick)
            .map(each -> new Candidate(each.id(), each.name(), each.createdSeconds(), each.state()))
            .toList();
    if (candidates.isEmpty()) {
      List<String> asked = new ArrayList<>();
      service.ifPresent(name -> asked.add("of service \"" + name + "\""));
      image.ifPresent(name -> asked.add("of image \"" + name + "\""));
      labels.forEach(label -> asked.add("with label \"" + label + "\""));
      String but = replicas.isEmpty() ? "" : " but Ofelia's own, which only its name selects";
      throw new UnavailableException("there is no container " + String.join(" and ", asked) + but);
    }
    return candidates;
  }

  private List<ContainerSummary> ofService(String written, List<String> more)
      throws MistakeException {
    try {
      return ContainerSearch.ofService(client, written, more);
    } catch (ContainerSearch.AmbiguousException e) {
      throw new MistakeException(
          e.getMessage() + "; write " + TargetKeys.TARGET_SERVICE + " = " + e.advice());
    }
  }

  private List<ContainerSummary> ofImage(String written, List<ContainerSummary> among)
      throws MistakeException {
    ImageName wanted;
    try {
      wanted = ImageName.parse(written);
    } catch (IllegalArgumentException e) {
      throw new MistakeException(String.valueOf(e.getMessage()));
    }
    return among.stream().filter(each -> isOf(wanted, each)).toList();
  }

  private boolean isOf(ImageName wanted, ContainerSummary container) {
    String image = container.image();
    if (image.startsWith("sha256:") || image.matches("[0-9a-f]{12,64}")) {
      // Its tag belongs to a newer image by now; the container still knows what it was made from.
      try {
        image = client.containers().inspect(container.id(), Asking.soon()).config().image();
      } catch (DockerException e) {
        if (e.isNotFound()) {
          return false;
        }
        throw e;
      }
    }
    try {
      ImageName name = ImageName.parse(image);
      boolean isSameTag =
          wanted.digest().isEmpty()
              ? wanted.tag().isEmpty() || tag(name).equals(tag(wanted))
              : wanted.digest().equals(name.digest());
      return isSameTag && repository(name).equals(repository(wanted));
    } catch (IllegalArgumentException _) {
      // A name that is none matches nothing.
      return false;
    }
  }

  private static String tag(ImageName name) {
    return name.tag().isEmpty() ? "latest" : name.tag();
  }

  /// With what Docker adds to a short name: `postgres` is `docker.io/library/postgres`.
  private static String repository(ImageName name) {
    String repository = name.repository();
    if (!name.registry().equals("docker.io")) {
      return repository;
    }
    String path = repository.replaceFirst("^(index\\.)?docker\\.io/", "");
    return path.contains("/") ? path : "library/" + path;
  }

  /// There is no container to use at present.
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /// The job does not say which container, or asks for something that this container never has.
  static final class MistakeException extends Exception {
    private static final long serialVersionUID = 1L;

    MistakeException(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
