package ofelia.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ofelia.docker.Container;

/// What tells, after a crash, whether an engine did what it was asked to.
///
/// @param at when that was recorded, by this machine's clock
/// @param window for how long from then on the engine may be at it without a trace of that
/// @param befores the containers, as they were then
record ActionHandle(ContainerAction action, Instant at, Duration window, List<Before> befores) {

  private static final Pattern WRITTEN =
      Pattern.compile("(?<action>[A-Z]+) (?<at>\\d{1,15}) (?<window>\\d{1,15}) (?<befores>.+)");

  /// A container before anything was done to it.
  ///
  /// @param id the engine's
  /// @param started its latest start, in the engine's words
  /// @param finished its latest end, in the engine's words
  record Before(String id, String started, String finished) {

    static Before of(Container container) {
      return new Before(
          container.id(),
          shown(container.state().startedText()),
          shown(container.state().finishedText()));
    }

    /// An instant in the engine's words, which may be none.
    static String shown(String text) {
      return text.isEmpty() ? "-" : text;
    }

    private String write() {
      return id + " " + started + " " + finished;
    }

    private static Optional<Before> parse(String text) {
      String[] words = text.split(" ", -1);
      return words.length == 3
          ? Optional.of(new Before(words[0], words[1], words[2]))
          : Optional.empty();
    }
  }

  ActionHandle {
    befores = List.copyOf(befores);
  }

  String write() {
    return action.name()
        + " "
        + at.toEpochMilli()
        + " "
        + window.toMillis()
        + " "
        + befores.stream().map(Before::write).collect(Collectors.joining(","));
  }

  static Optional<ActionHandle> parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<Before> befores = new ArrayList<>();
    for (String each : matcher.group("befores").split(",", -1)) {
      Before.parse(each).ifPresent(befores::add);
    }
    for (ContainerAction action : ContainerAction.values()) {
      if (action.name().equals(matcher.group("action")) && !befores.isEmpty()) {
        return Optional.of(
            new ActionHandle(
                action,
                Instant.ofEpochMilli(Long.parseLong(matcher.group("at"))),
                Duration.ofMillis(Long.parseLong(matcher.group("window"))),
                befores));
      }
    }
    return Optional.empty();
  }

  /// How much of the window is left; zero when it is over, and all of it after a clock that was set
  /// back.
  Duration left(Instant now) {
    Duration age = Duration.between(at, now);
    if (age.isNegative()) {
      return window;
    }
    return age.compareTo(window) < 0 ? window.minus(age) : Duration.ZERO;
  }
}
