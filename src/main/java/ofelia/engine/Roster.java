package ofelia.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Ledger;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The jobs: what the sources say of them, what of that is in force, and how far each has come.
/// Owned by the timekeeper's thread.
///
/// What is in force follows what was said as soon as the store takes the change.
final class Roster {

  private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

  private final Ledger ledger;
  private final SpecReader reader;

  /// What each source said last, the strongest first.
  private final Map<String, List<JobSpec>> said = new LinkedHashMap<>();

  private JobSet inForce = JobSet.EMPTY;
  private boolean isOutdated;
  private final Map<JobName, JobEntry> entries = new HashMap<>();

  Roster(Ledger ledger, SpecReader reader) {
    this.ledger = ledger;
    this.reader = reader;
  }

  /// Takes what each source says first, the strongest first.
  ///
  /// @return what is to come into force by [#start]
  JobSet hear(Map<String, List<JobSpec>> sources) {
    said.putAll(sources);
    JobSet first = wanted();
    tell(first);
    return first;
  }

  /// Takes what a source says now.
  void hear(String source, List<JobSpec> jobs) {
    said.put(source, jobs);
    isOutdated = true;
  }

  /// Brings the first set into force, which is in the book already.
  void start(JobSet first, List<JobEntry> booked) {
    booked.forEach(entry -> entries.put(entry.job.name(), entry));
    inForce = first;
  }

  /// Whether something else was said than what is in force.
  boolean isOutdated() {
    return isOutdated;
  }

  /// What the sources say, all together.
  JobSet wanted() {
    return JobSet.merge(said.values());
  }

  List<JobChange> changesTo(JobSet next) {
    return inForce.diff(next);
  }

  /// Brings changes into the book, and into force.
  ///
  /// @param nowMillis all instants up to then are dealt with
  void enter(List<JobChange> changes, long nowMillis) {
    Map<JobName, BookedJob> returned = new HashMap<>();
    ledger
        .book(changes.stream().map(JobChange::name).toList())
        .forEach(booked -> returned.put(booked.name(), booked));
    List<BookedJob> rows = new ArrayList<>();
    List<JobEntry> changed = new ArrayList<>();
    for (JobChange change : changes) {
      switch (change) {
        case JobChange.Added(var job) ->
            changed.add(Restart.entryOf(job, returned.get(job.name()), nowMillis));
        case JobChange.Changed(_, var job) ->
            changed.add(Restart.entryOf(job, returned.get(job.name()), nowMillis));
        case JobChange.Removed(var job) ->
            rows.add(Restart.removed(Restart.booked(require(job.name()), reader), nowMillis));
      }
    }
    changed.forEach(entry -> rows.add(Restart.booked(entry, reader)));
    ledger.enter(rows);
    for (JobChange change : changes) {
      if (change instanceof JobChange.Removed(var job)) {
        entries.remove(job.name());
      }
    }
    changed.forEach(entry -> entries.put(entry.job.name(), entry));
  }

  /// What was said is in force now, all its changes being entered.
  void settle(JobSet next) {
    for (JobSpec job : next.jobs()) {
      // The same in all that matters; held once.
      require(job.name()).job = job;
    }
    inForce = next;
    isOutdated = false;
    tell(next);
  }

  private static void tell(JobSet jobs) {
    jobs.problems().forEach(problem -> LOG.warn("{}", problem.text()));
  }

  /// After a call that failed: puts in force what the book has, and the cursors where it has them.
  ///
  /// @param kept the claims ahead that still stand
  /// @param appeared gets the jobs that the book has, and that were not known to be in force
  void agree(Set<Claim> kept, Consumer<JobSpec> appeared) {
    JobSet next = wanted();
    for (BookedJob booked : ledger.book()) {
      agree(booked, next.get(booked.name()), kept, appeared);
    }
    inForce = JobSet.merge(List.of(entries.values().stream().map(entry -> entry.job).toList()));
    isOutdated = true;
  }

  /// @param wanted what the sources say of the job now
  private void agree(
      BookedJob booked, @Nullable JobSpec wanted, Set<Claim> kept, Consumer<JobSpec> appeared) {
    JobEntry entry = entries.get(booked.name());
    if (!booked.present()) {
      entries.remove(booked.name());
    } else if (wanted != null && Restart.isOf(booked, wanted, reader)) {
      JobEntry agreed = new JobEntry(wanted, booked.cursorMillis(), booked.anchorMillis());
      if (entry != null && entry.job.isSameAs(wanted)) {
        agreed.sinceMillis = Math.min(entry.sinceMillis, agreed.cursorMillis);
      }
      if (entry == null) {
        appeared.accept(wanted);
      } else if (entry.ahead != null && kept.contains(entry.ahead)) {
        agreed.ahead = entry.ahead;
      }
      entries.put(booked.name(), agreed);
    } else if (entry != null) {
      entry.ahead = entry.ahead != null && kept.contains(entry.ahead) ? entry.ahead : null;
      entry.move(booked.cursorMillis(), booked.anchorMillis());
    }
  }

  /// All jobs in force.
  Collection<JobEntry> entries() {
    return entries.values();
  }

  Optional<JobEntry> find(JobName name) {
    return Optional.ofNullable(entries.get(name));
  }

  JobEntry require(JobName name) {
    JobEntry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalStateException("no job \"" + name + "\"");
    }
    return entry;
  }

  /// The definitions in force.
  JobSet inForce() {
    return inForce;
  }
}
