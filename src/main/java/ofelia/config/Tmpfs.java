package ofelia.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ofelia.model.ValueSyntaxException;

/// A directory in memory as a Swarm service can have it: a swarm knows its size and its mode, and
/// none of the other options of mount(8) that a container takes.
///
/// @param bytes empty for no bound of its own
/// @param mode permission bits; empty for the engine's choice, 1777
public record Tmpfs(String path, Optional<Long> bytes, Optional<Integer> mode) {

  private static final Pattern SIZE = Pattern.compile("size=([0-9]{1,15})([kKmMgG]?)");
  private static final Pattern MODE = Pattern.compile("mode=([0-7]{1,5})");

  /// @param written a value of `tmpfs`
  /// @throws ValueSyntaxException when it has an option that a service cannot have
  public static Tmpfs parse(String written) throws ValueSyntaxException {
    int colon = written.indexOf(':');
    if (colon < 0) {
      return new Tmpfs(written, Optional.empty(), Optional.empty());
    }
    Optional<Long> bytes = Optional.empty();
    Optional<Integer> mode = Optional.empty();
    for (String option : written.substring(colon + 1).split(",")) {
      Matcher sizes = SIZE.matcher(option);
      Matcher modes = MODE.matcher(option);
      if (sizes.matches()) {
        bytes = Optional.of(Long.parseLong(sizes.group(1)) << shift(sizes.group(2)));
      } else if (modes.matches()) {
        mode = Optional.of(Integer.parseInt(modes.group(1), 8));
      } else if (!option.isEmpty()) {
        throw new ValueSyntaxException(
            "a Swarm service has no option \"" + option + "\" of a tmpfs",
            "write its size and mode only, such as /tmp:size=64m,mode=1777",
            0);
      }
    }
    return new Tmpfs(written.substring(0, colon), bytes, mode);
  }

  private static int shift(String unit) {
    return switch (unit.toLowerCase(Locale.ROOT)) {
      case "k" -> 10;
      case "m" -> 20;
      case "g" -> 30;
      default -> 0;
    };
  }
}
