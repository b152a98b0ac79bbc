package ofelia.ledger;

import ofelia.model.OutputChannel;

/// The output of one attempt while it lives. What was written survives the daemon's death, not the
/// machine's.
///
/// Safe for any thread. A closed spool ignores what comes late.
public interface OutputSpool extends AutoCloseable {

  /// Appends a piece; over the limit it is counted only.
  ///
  /// @param atMillis wall clock
  /// @throws java.io.UncheckedIOException when it cannot be kept
  void write(OutputChannel channel, long atMillis, byte[] bytes, int offset, int length);

  /// Forgets everything written so far.
  void rewind();

  /// Appends a note for the reader that is no output.
  void mark(long atMillis, String text);

  /// How many bytes of output were offered, kept or not.
  long offeredBytes();

  /// How many of them were over the limit and are not kept.
  long droppedBytes();

  /// The last bytes of a channel, at most `limit`, for the daemon's log.
  byte[] tail(OutputChannel channel, int limit);

  /// Stops taking output; what is there stays readable.
  @Override
  void close();
}
