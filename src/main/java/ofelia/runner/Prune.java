package ofelia.runner;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ofelia.config.ActionKeys;
import ofelia.config.ActionKeys.Unused;
import ofelia.config.JobKeys;
import ofelia.docker.ApiVersion;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.Filters;
import ofelia.docker.Pruning;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.wire.Deadline;

/// Removes what nothing uses. Owned by the run's thread.
///
/// Containers are removed one by one, and not by the engine's own call: that cannot keep both what
/// is Ofelia's and what a job wants to keep, since it keeps only what has all the labels it is
/// given. Containers of runs are never removed, because their output may not have been read; nor
/// are those with jobs in their labels, which one job may stop for another to start, or those that
/// stand still for a run.
final class Prune {

  /// What is pruned leaves no trace by which it could be found again.
  static final String HANDLE = "prune";

  /// On containers whose labels are read.
  private static final String ENABLED = "ofelia.enabled";

  /// Podman does not know the call.
  private static final String NO_BUILD_CACHE =
      "cannot prune the build cache: the engine has no build cache of its own; what its builds leave"
          + " are images, so write prune = images";

  private static final long THOUSAND = 1_000;

  private final DockerClient client;
  private final Settings settings;

  /// What is pruned, by name; empty for what nothing uses.
  private final List<String> names;

  /// Names of which nothing was found yet.
  private final Set<String> unseen;

  private final CutCall calls;
  private final Halts halts;
  private final HeldContainers held;
  private final RunSink sink;
  private final Stop stop;
  private final List<String> failures = new ArrayList<>();

  Prune(
      DockerClient client, Settings settings, CutCall calls, Halts halts, RunSink sink, Stop stop) {
    this.client = client;
    this.settings = settings;
    this.names = settings.get(ActionKeys.PRUNE_NAME);
    this.unseen = ConcurrentHashMap.newKeySet();
    this.unseen.addAll(names);
    this.calls = calls;
    this.halts = halts;
    this.held = new HeldContainers(client, halts);
    this.sink = sink;
    this.stop = stop;
  }

  /// @throws IOException when the engine cannot do it as the job wants it
  /// @throws DockerException when the engine does not answer
  Outcome run() throws IOException, InterruptedException, NotOursException {
    List<String> wanted = settings.get(ActionKeys.PRUNE);
    if (wanted.contains(Unused.VOLUMES)) {
      requireThatVolumesAreTold();
    }
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    sink.intend(HANDLE);
    for (String unused : Unused.WORDS) {
      if (stop.isRequested()) {
        return new Outcome.Cancelled(stop.by());
      }
      if (wanted.contains(unused)) {
        prune(unused);
      }
    }
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    unseen.forEach(name -> Says.line(sink, "nothing that could go has the name " + name));
    return failures.isEmpty()
        ? new Outcome.Succeeded()
        : new Outcome.Broke(String.join("; ", failures));
  }

  /// Older engines remove all volumes alike.
  private void requireThatVolumesAreTold() throws IOException, InterruptedException {
    ApiVersion version = Asking.once(() -> client.apiVersion(Asking.soon()));
    if (names.isEmpty()
        && !settings.get(ActionKeys.PRUNE_ALL)
        && !version.isAtLeast(ApiVersion.ANONYMOUS_VOLUMES)) {
      throw new IOException(
          "cannot prune volumes: an engine with API "
              + version
              + " does not tell those without a name from others; write prune-all = true to remove"
              + " all volumes that nothing uses");
    }
  }

  private void prune(String unused) throws InterruptedException {
    try {
      if (unused.equals(Unused.CONTAINERS)) {
        pruneContainers();
      } else if (unused.equals(Unused.NETWORKS)) {
        pruneNetworks();
      } else {
        pruneByOneCall(unused);
      }
    } catch (DockerRefusedException e) {
      // The others may succeed all the same.
      boolean isUnknown = unused.equals(Unused.BUILD_CACHE) && e.isNotFound();
      failures.add(isUnknown ? NO_BUILD_CACHE : e.getMessage());
    }
  }

  /// A container that is stopped is connected to no network, and cannot start without those that it
  /// had.
  private void pruneNetworks() throws InterruptedException {
    Set<Halt> over = Asking.once(held::over);
    if (!halts.beginAlone(over)) {
      Says.line(
          sink,
          "networks are not pruned: containers stand still for a run, or are being stopped or"
              + " started");
      return;
    }
    try {
      pruneByOneCall(Unused.NETWORKS);
    } finally {
      halts.endAlone();
    }
  }

  private void pruneByOneCall(String unused) throws InterruptedException {
    Deadline whole = Deadline.within(settings.get(JobKeys.MAX_RUNTIME));
    Optional<Pruning.Pruned> pruned = calls.make(() -> call(unused, whole), stop);
    if (pruned.isEmpty()) {
      sink.mark("stopped while " + unused + " were pruned; what was removed is not known");
    } else {
      tell(unused, pruned.get());
    }
  }

  private Pruning.Pruned call(String unused, Deadline whole) {
    return names.isEmpty() ? callForAll(unused, whole) : callForEach(unused, whole);
  }

  /// Not by force, so that the engine refuses what something uses.
  private Pruning.Pruned callForEach(String unused, Deadline whole) {
    List<String> removed = new ArrayList<>();
    List<String> untagged = new ArrayList<>();
    for (String name : names) {
      try {
        Pruning.Pruned one =
            switch (unused) {
              case Unused.NETWORKS -> client.pruning().network(name, whole);
              case Unused.VOLUMES -> client.pruning().volume(name, whole);
              default -> client.pruning().image(name, whole);
            };
        removed.addAll(one.removed());
        untagged.addAll(one.untagged());
      } catch (DockerRefusedException e) {
        if (e.isNotFound()) {
          continue;
        }
        if (!Pruning.isInUse(e)) {
          throw e;
        }
        Says.line(sink, one(unused) + " " + name + " is in use, and stays");
      }
      unseen.remove(name);
    }
    return new Pruning.Pruned(removed, untagged, 0);
  }

  private Pruning.Pruned callForAll(String unused, Deadline whole) {
    boolean isAll = settings.get(ActionKeys.PRUNE_ALL);
    return switch (unused) {
      case Unused.NETWORKS -> client.pruning().networks(filters(), whole);
      case Unused.VOLUMES -> client.pruning().volumes(isAll, filters(), whole);
      case Unused.IMAGES -> client.pruning().images(isAll, filters(), whole);
      default -> client.pruning().buildCache(isAll, filters(), whole);
    };
  }

  private Filters filters() {
    Filters filters = Filters.NONE;
    Optional<Duration> until = settings.find(ActionKeys.PRUNE_UNTIL);
    if (until.isPresent()) {
      filters = filters.with("until", until.get().toSeconds() + "s");
    }
    for (String label : settings.get(ActionKeys.PRUNE_LABEL)) {
      filters = filters.with("label", label);
    }
    Optional<String> kept = settings.find(ActionKeys.PRUNE_KEEP_LABEL);
    return kept.isPresent() ? filters.with("label!", kept.get()) : filters;
  }

  private void tell(String unused, Pruning.Pruned pruned) {
    pruned.untagged().forEach(name -> Says.line(sink, "untagged image " + name));
    pruned.removed().forEach(name -> Says.line(sink, "removed " + one(unused) + " " + name));
    summarize(unused, pruned.removed().size(), pruned.reclaimedBytes());
  }

  private static String one(String unused) {
    return unused.equals(Unused.BUILD_CACHE)
        ? "build cache"
        : unused.substring(0, unused.length() - 1);
  }

  private void summarize(String unused, int count, long bytes) {
    String of = count == 1 || unused.equals(Unused.BUILD_CACHE) ? one(unused) : unused;
    boolean isUntold = unused.equals(Unused.NETWORKS) || !names.isEmpty();
    String space = isUntold ? "" : ", " + size(bytes) + " reclaimed";
    Says.line(sink, "%d %s removed%s".formatted(count, of, space));
  }

  /// In the units that the docker CLI uses.
  static String size(long bytes) {
    if (bytes < THOUSAND) {
      return bytes + " B";
    }
    double amount = bytes;
    int unit = -1;
    while (amount >= THOUSAND && unit < 4) {
      amount /= THOUSAND;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %sB", amount, "kMGTP".charAt(unit));
  }

  // ---- containers ----------------------------------------------------------------------------

  private void pruneContainers() throws InterruptedException {
    // Not `dead`, which Podman does not know: the engine was told already to remove that.
    Filters stopped = Filters.NONE.with("status", "created").with("status", "exited");
    for (String label : settings.get(ActionKeys.PRUNE_LABEL)) {
      stopped = stopped.with("label", label);
    }
    Filters filters = stopped;
    Deadline whole = Deadline.within(settings.get(JobKeys.MAX_RUNTIME));
    Optional<List<ContainerSummary>> found =
        calls.make(() -> client.containers().listWithSizes(filters, whole), stop);
    if (found.isEmpty()) {
      return;
    }
    Optional<Instant> newest = newest();
    int count = 0;
    long bytes = 0;
    found.get().forEach(container -> unseen.removeAll(container.names()));
    for (ContainerSummary container : found.get()) {
      if (!names.isEmpty() && names.stream().noneMatch(container.names()::contains)) {
        continue;
      }
      boolean isOld = newest.isEmpty() || !container.created().isAfter(newest.get());
      if (!stop.isRequested() && isOld && !isKept(container.labels()) && removeInTurn(container)) {
        count++;
        bytes += container.sizeBytes();
      }
    }
    summarize(Unused.CONTAINERS, count, bytes);
  }

  /// The creation of the newest container that is old enough, by the engine's clock.
  private Optional<Instant> newest() throws InterruptedException {
    Optional<Duration> until = settings.find(ActionKeys.PRUNE_UNTIL);
    if (until.isEmpty()) {
      return Optional.empty();
    }
    Instant now = Asking.once(() -> client.clock(Asking.soon()));
    return Optional.of(now.minus(until.get()));
  }

  private boolean isKept(Map<String, String> labels) {
    if (labels.containsKey(ContainerPlan.RUN) || labels.containsKey(ENABLED)) {
      return true;
    }
    String kept = settings.find(ActionKeys.PRUNE_KEEP_LABEL).orElse("");
    int equals = kept.indexOf('=');
    return equals < 0
        ? labels.containsKey(kept)
        : kept.substring(equals + 1).equals(labels.get(kept.substring(0, equals)));
  }

  /// While no run brings it to a standstill or lets it go on.
  private boolean removeInTurn(ContainerSummary container) throws InterruptedException {
    List<String> ids = List.of(container.id());
    if (isHeld(container) || !halts.begin(ids, stop::isRequested)) {
      return false;
    }
    try {
      return !isHeld(container) && remove(container);
    } finally {
      halts.end(ids);
    }
  }

  private boolean isHeld(ContainerSummary container) throws InterruptedException {
    boolean isHeld = Asking.once(() -> held.find(container.id()).isPresent());
    if (isHeld) {
      Says.line(sink, "container " + container.name() + " stands still for a run, and stays");
    }
    return isHeld;
  }

  /// Not by force: it may have been started since.
  private boolean remove(ContainerSummary container) throws InterruptedException {
    try {
      Asking.once(() -> {
        client.containers().remove(container.id(), false, false, Asking.soon());
        return true;
      });
      Says.line(sink, "removed container %s (%.12s)".formatted(container.name(), container.id()));
      return true;
    } catch (DockerRefusedException e) {
      if (!e.isNotFound() && !e.isConflict()) {
        failures.add(e.getMessage());
      }
      return false;
    }
  }
}
