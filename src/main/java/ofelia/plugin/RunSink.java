package ofelia.plugin;

import java.time.Duration;
import ofelia.model.OutputChannel;

/// Where a runner leaves what must survive a crash: its intent, its handle, the output. One for
/// each attempt; safe for any thread.
public interface RunSink {

  /// Records that the work is about to begin under this handle, and returns when that is synced to
  /// disk. Call it after everything was prepared and before anything starts: a run without intent
  /// counts as not begun. A second call replaces the first, when what that announced turned out not
  /// to have begun.
  ///
  /// @param handle what will find the work again after a crash, e.g. a container's or exec's id;
  ///   opaque to all but the runner; at most 16,000 characters
  /// @throws NotOursException when the run was taken away meanwhile: undo the preparation and leave
  void intend(String handle) throws NotOursException, InterruptedException;

  /// The same for whoever holds something up that must not wait for a store that is away.
  ///
  /// @return false when it could not be recorded for that long: then nothing may begin
  default boolean intend(String handle, Duration atMost)
      throws NotOursException, InterruptedException {
    intend(handle);
    return true;
  }

  /// Records that the work has begun, with what is known only now, e.g. a process id and its start
  /// time. Does not wait for the disk: a crash in between leaves the intent.
  void started(String handle);

  /// Records how the work ended, and returns when that is synced to disk. Call it before removing
  /// what alone knows it, such as a container: after a crash in between, the handle is all there
  /// is.
  void ended(String handle) throws InterruptedException;

  /// The same for whoever has something to do that must not wait for a store that is away.
  ///
  /// @return false when it could not be recorded for that long; it may be tried again
  default boolean ended(String handle, Duration atMost) throws InterruptedException {
    ended(handle);
    return true;
  }

  /// Keeps a piece of output. Order within a channel is kept. Over the job's limit the rest is
  /// counted, not kept.
  ///
  /// @throws java.io.UncheckedIOException when it cannot be kept, e.g. the disk is full; the work
  ///   goes on
  void output(OutputChannel channel, byte[] bytes, int offset, int length);

  /// Forgets the output so far, because it is read again from its first byte.
  void rewind();

  /// Marks a place in the output for its reader, e.g. that a part of it is missing, and why.
  void mark(String text);

  /// A text as people may read it, for a handle that has one in it.
  default String shown(String text) {
    return text;
  }

  /// Says something about this run in the daemon's log that does not change its outcome, e.g. a key
  /// without effect.
  void warn(String text);

  /// Begins something that belongs to the run and is not its work, and that has bounds of its own:
  /// until it is closed, the time limit of the run stands still.
  Aside aside();

  /// What a run does beside its work.
  interface Aside extends AutoCloseable {
    @Override
    void close();
  }
}
