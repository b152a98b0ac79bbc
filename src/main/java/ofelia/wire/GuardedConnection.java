package ofelia.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A connection that knows why it ended: its time was over, it was cut by this side, or it broke.
/// Every read and write goes through it, so that a failure comes out under its true name.
///
/// Owned by the thread that reads; [#cut] may be called from any thread.
final class GuardedConnection implements AutoCloseable {

  private final Connection connection;
  private final Watchdog.Guard guard;
  private final String what;
  private final InputStream in = new GuardedInput();
  private final OutputStream out = new GuardedOutput();

  private volatile boolean cut;
  private volatile @Nullable Deadline deadline;
  private volatile Optional<Duration> idle = Optional.empty();

  /// @param what what is being done and on what, for messages
  private GuardedConnection(Connection connection, String what) {
    this.connection = connection;
    this.what = what;
    this.guard = Watchdog.guard(connection);
  }

  /// Opens a connection whose reads and writes are all limited by the deadline, until [#limit] says
  /// otherwise.
  static GuardedConnection open(Transport transport, String what, Deadline deadline)
      throws IOException {
    Connection connection;
    try {
      connection = transport.open(deadline);
    } catch (CutException e) {
      throw e;
    } catch (IOException e) {
      throw new ConnectFailedException(transport.toString(), e);
    }
    return over(connection, what, deadline);
  }

  static GuardedConnection over(Connection connection, String what, Deadline deadline) {
    GuardedConnection guarded = new GuardedConnection(connection, what);
    guarded.limit(deadline);
    return guarded;
  }

  void limit(Deadline next) {
    deadline = next;
    idle = Optional.empty();
    guard.arm(next.atNanos());
  }

  /// From now on only silence (and for the writer, a stall) is limited, if at all.
  void limit(Idle next) {
    guard.disarm();
    deadline = null;
    idle = next.limit();
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  String what() {
    return what;
  }

  /// Ends the exchange from any thread; whoever reads or writes gets a [CutException].
  void cut() {
    cut = true;
    close();
  }

  @Override
  public void close() {
    guard.disarm();
    try {
      connection.close();
    } catch (IOException _) {
      // Nothing is owed to a connection that is given up, and it is closed all the same.
    }
  }

  private void before() {
    if (deadline == null) {
      idle.ifPresent(limit -> guard.arm(System.nanoTime() + limit.toNanos()));
    }
  }

  private void after() {
    if (deadline == null && idle.isPresent()) {
      guard.disarm();
    }
  }

  private IOException explained(IOException e) {
    if (cut) {
      return new CutException(what + " was cut");
    }
    if (guard.hasExpired()) {
      Deadline over = deadline;
      // Neither is left where the time ran out in the moment in which its limit was lifted.
      return over != null
          ? new DeadlineExceededException(what, over.limit())
          : new DeadlineExceededException("hearing more of " + what, idle.orElse(Duration.ZERO));
    }
    if (e instanceof ClosedByInterruptException) {
      return new CutException(what + " was interrupted");
    }
    return e;
  }

  private final class GuardedInput extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      before();
      try {
        int count = connection.in().read(bytes, offset, length);
        if (count < 0 && (cut || guard.hasExpired())) {
          throw new IOException("closed");
        }
        return count;
      } catch (IOException e) {
        throw explained(e);
      } finally {
        after();
      }
    }
  }

  private final class GuardedOutput extends OutputStream {

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      before();
      try {
        connection.out().write(bytes, offset, length);
        connection.out().flush();
      } catch (IOException e) {
        throw explained(e);
      } finally {
        after();
      }
    }
  }
}
