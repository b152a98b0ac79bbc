package ofelia.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.RunId;

/// What the daemon must not forget. One daemon at a time holds it.
///
/// Each call that changes something returns when the change is synced to disk, unless it says
/// otherwise, and is atomic: after a crash either all of it is there or nothing. Calls from several
/// threads may share one sync. Safe for any thread.
///
/// Every method may throw [LedgerException] when the store is away (disk full, gone, read-only);
/// then the same call may succeed later. Whether a call that was not answered in time was carried
/// out all the same is not known; [#unbegun] and [#book] tell.
public interface Ledger extends AutoCloseable {

  /// The number of this start, greater than all before; the fence of everything claimed by it.
  long boot();

  /// The latest that the wall clock is known to have shown to the previous start in its last [Era],
  /// epoch milliseconds; 0 for a new store. A clock that shows less now was set back meanwhile.
  long previousBootSeenMillis();

  /// All jobs ever registered, by name.
  List<BookedJob> book();

  /// Those of the named jobs that were ever registered.
  List<BookedJob> book(Collection<JobName> names);

  /// Enters new, changed, returned and removed jobs, in one transaction. Cursors do not move
  /// backward by it: a cursor given that is older than the stored one is ignored.
  void enter(List<BookedJob> jobs);

  /// Claims due instants, in one transaction. One whose cursor does not stand where it should is
  /// left out of the answer, and nothing changes for it.
  ///
  /// An instant may be claimed shortly before it is due; it then counts as not begun until a run's
  /// intent or fate is recorded. One that this start has claimed already, and not begun, is given
  /// again: a call whose answer was lost can be repeated.
  ///
  /// Claims and stretches belong to the present era.
  ///
  /// @return the claims made, in the order given
  List<Claim> claim(List<Planned> planned);

  /// Claims a run that no schedule asked for. The cursor stays.
  ///
  /// @throws IllegalArgumentException when the job was never entered
  Claim claimNow(JobName job, long atMillis, Cause cause);

  /// What the schedule asked for, and this start has claimed, and nothing was begun for yet.
  List<Claim> unbegun();

  /// Takes back claims of which nothing was begun, and that must not leave a trace: the row goes,
  /// the cursor moves back to where it stood before the claim. Those begun, closed or not ours, and
  /// those that are not the latest of their job's instants on record, are left as they are.
  ///
  /// @return those taken back
  List<Claim> withdraw(List<Claim> claims);

  /// Records due instants that were not run, and moves the cursors, in one transaction. One whose
  /// cursor does not stand where it should is left out.
  ///
  /// @return the stretches recorded
  List<Stretch> settle(List<Stretch> stretches);

  /// The number of the present era, 0 until the wall clock was first set back.
  int era();

  /// Opens the next era and moves cursors back, in one transaction.
  ///
  /// @return false when the era is not the next one: nothing changed
  boolean open(Era era);

  /// Says why a claimed run does not begin yet. Not synced: it is for people to see.
  void waiting(Claim claim, String why);

  /// Records that somebody asked for the end of a run, so that the next start asks again where this
  /// one does not live to see it. Not synced.
  void stopping(Claim claim, String by);

  /// Records that an attempt is about to begin.
  ///
  /// @param atMillis when
  /// @return false when the run is not ours under this fence, or closed
  boolean intend(Claim claim, int attempt, String handle, long atMillis);

  /// Records what is known after the start. Does not wait for the disk; order with other records of
  /// the run is kept.
  void started(Claim claim, int attempt, String handle);

  /// Records in the handle how the work of an attempt ended, before what knows it is removed.
  ///
  /// @return false when the run is not ours under this fence, or closed
  boolean ended(Claim claim, int attempt, String handle);

  /// Records that an attempt ended and another one is to follow; its output is kept with it.
  ///
  /// @return false when the run is not ours under this fence, or closed
  boolean retry(
      Claim claim, int attempt, Outcome outcome, long atMillis, Optional<OutputSpool> output);

  /// Records the fate of a run, and its output, in one transaction.
  ///
  /// @return false when the run is not ours under this fence, or closed already: nothing changed
  boolean close(Closing closing);

  /// Takes over all open runs of earlier starts: from now on they carry this start's fence. Called
  /// once, before anything is claimed.
  List<Unfinished> takeOver();

  /// A spool for the output of an attempt. An earlier one of the same attempt is continued. What it
  /// holds is on record once it was given to [#close(Closing)] or [#retry]; then the spool is
  /// empty.
  ///
  /// @param limitBytes how much is kept
  OutputSpool spool(RunId run, int attempt, long limitBytes);

  /// Ends this start in order. Open runs stay open: the next start takes them over.
  @Override
  void close();
}
