package ofelia.ledger;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import ofelia.model.JobName;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;

/// What is on record, for people and programs that ask. Reads beside a living daemon and without
/// one; never writes.
///
/// Safe for any thread. Methods throw [LedgerException] when the store cannot be read.
public interface History extends AutoCloseable {

  /// All jobs ever registered, by name.
  List<BookedJob> book();

  /// The calendars in force when a daemon held the store last, by name, in the text of
  /// [ofelia.calendar.CalendarBook].
  Map<String, String> calendars();

  /// What became of due instants, the latest first; instants of a stretch one by one. Runs claimed
  /// ahead of their instant are not shown.
  ///
  /// @param job empty for all jobs
  /// @param nowMillis instants after it are not shown
  /// @param visitor says whether it wants another one
  void visit(Optional<JobName> job, long nowMillis, Predicate<HistoryEntry> visitor);

  /// Like [#visit].
  ///
  /// @param limit the most entries given
  default void entries(
      Optional<JobName> job, long limit, long nowMillis, Consumer<HistoryEntry> sink) {
    if (limit <= 0) {
      return;
    }
    long[] given = {0};
    visit(
        job,
        nowMillis,
        entry -> {
          sink.accept(entry);
          return ++given[0] < limit;
        });
  }

  /// A run by its number, or by the end of its number when that is unique.
  ///
  /// @return all that match, at most 10
  List<HistoryEntry> find(String runOrEnd);

  /// Whatever is on record by which the work of a run can be found again: intents and handles of
  /// all its attempts, also when it is over. Empty for a run that is not known.
  Set<String> handles(RunId run);

  /// Gives the output of a run's latest attempt so far, from a position on.
  ///
  /// @param position 0, or what an earlier call returned
  /// @return the position to go on from
  /// @throws IOException as the sink threw it
  OutputPosition output(RunId run, OutputPosition position, OutputReader sink) throws IOException;

  @Override
  void close();

  /// Where a reader of output stands.
  ///
  /// @param isComplete nothing will follow
  record OutputPosition(int attempt, long offset, boolean isComplete) {
    public static final OutputPosition START = new OutputPosition(0, 0, false);
  }

  /// Takes output piece by piece.
  interface OutputReader {
    void piece(OutputChannel channel, long atMillis, byte[] bytes, int offset, int length)
        throws IOException;

    /// A note for the reader that is no output: something was cut, or is missing.
    void mark(long atMillis, String text) throws IOException;
  }
}
