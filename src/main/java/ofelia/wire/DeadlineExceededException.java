package ofelia.wire;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;

/// The other side did not answer in the time granted. The connection has been closed.
public final class DeadlineExceededException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  private final String what;
  private final Duration limit;

  /// @param what what was tried and on what, as in `GET /_ping on unix:///run/docker.sock`
  public DeadlineExceededException(String what, Duration limit) {
    super(what + " was not done within " + inWords(limit));
    this.what = what;
    this.limit = limit;
  }

  public String what() {
    return what;
  }

  public Duration limit() {
    return limit;
  }

  private static String inWords(Duration limit) {
    return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
  }
}
