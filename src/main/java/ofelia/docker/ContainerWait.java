package ofelia.docker;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.JsonType;
import java.io.IOException;
import ofelia.wire.HttpStream;
import ofelia.wire.Limits;
import org.jspecify.annotations.Nullable;

/// A wait for a container's end, already known to the engine: an end after this object exists is
/// not missed.
public final class ContainerWait implements AutoCloseable {

  private static final JsonType<Message> MESSAGE = Messages.of(Message.class);

  private final Calls calls;
  private final String what;
  private final HttpStream stream;

  ContainerWait(Calls calls, String what, HttpStream stream) {
    this.calls = calls;
    this.what = what;
    this.stream = stream;
  }

  /// What to wait for.
  public enum Until {
    /// Any state but running; over at once for one that was never started.
    NOT_RUNNING("not-running"),
    /// The end of the run after the next start: to be asked for before that start.
    NEXT_EXIT("next-exit"),
    REMOVED("removed");

    private final String word;

    Until(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// Blocks until the container has ended, however long that takes, and gives its exit code. To be
  /// called once.
  ///
  /// @throws DockerCutException when [#close] was called or the thread interrupted
  /// @throws DockerUnreachableException when the engine went away meanwhile, which says nothing
  ///   about the container
  public int await() {
    try {
      Message message = Messages.read(MESSAGE, stream.readAll(Limits.CLIENT));
      if (message.error() != null && !message.error().message().isEmpty()) {
        throw new DockerRefusedException(
            what, calls.engine(), stream.status(), message.error().message());
      }
      return (int) message.statusCode();
    } catch (IOException e) {
      throw calls.failure(what, e);
    }
  }

  /// Gives the wait up, from any thread.
  @Override
  public void close() {
    stream.close();
  }

  @Json
  record Message(
      @Json.Property("StatusCode") long statusCode,
      @Json.Property("Error") @Nullable Reason error) {}

  @Json
  record Reason(@Json.Property("Message") String message) {
    Reason {
      message = Absent.orEmpty(message);
    }
  }
}
