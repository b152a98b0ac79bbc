package ofelia.docker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version of the engine's API, such as 1.41.
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

  /// The oldest that has all the calls needed: Docker Engine 19.03.
  public static final ApiVersion OLDEST = new ApiVersion(1, 40);

  /// The newest whose differences are known: Docker Engine 28.3.
  public static final ApiVersion NEWEST = new ApiVersion(1, 51);

  /// The first whose engines give all of a log that is followed: Docker Engine 23. Engine 20.10 now
  /// and then ends it before the last line, when that has no end of its own, and Podman, which
  /// never is asked in a later version than [#PODMAN], leaves gaps.
  public static final ApiVersion WHOLE_LOGS = new ApiVersion(1, 42);

  /// The first that tells volumes without a name from others when it prunes: Docker Engine 23.
  public static final ApiVersion ANONYMOUS_VOLUMES = new ApiVersion(1, 42);

  /// In which to ask Podman, which answers whatever version it is asked in, in one way.
  static final ApiVersion PODMAN = new ApiVersion(1, 41);

  /// The first from which on services that run to their end can be relied on: Docker Engine 28.
  /// They are known since 1.41, but Engine 20.10 leaves their tasks running when they are removed.
  static final ApiVersion SERVICE_JOBS = new ApiVersion(1, 48);

  /// The first whose swarms confine the containers of services as they are asked to: Docker Engine
  /// 25. Older ones leave it out without a word.
  public static final ApiVersion SERVICE_CONFINEMENT = new ApiVersion(1, 44);

  private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,4})");

  /// @throws IllegalArgumentException when the text is not of the form `1.41`
  public static ApiVersion parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a version of the Docker API; write one such as " + NEWEST);
    }
    return new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  public boolean isAtLeast(ApiVersion other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(ApiVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
