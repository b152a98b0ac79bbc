package ofelia.runner;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ofelia.model.Outcome;

/// What finds a service run again.
///
/// @param name of the service, which is that of no other run
/// @param end how it ended, recorded before the service is removed
record ServiceHandle(String name, Optional<Outcome> end) {

  private static final int LONGEST_REASON = 700;

  private static final Pattern WRITTEN =
      Pattern.compile(
          "(?<name>\\S+)(?: (?:exit=(?<code>-?\\d{1,9})|(?<word>broke|cancelled))(?: (?<text>.*))?)?",
          Pattern.DOTALL);

  static ServiceHandle of(String name) {
    return new ServiceHandle(name, Optional.empty());
  }

  ServiceHandle ended(Outcome how) {
    return new ServiceHandle(name, Optional.of(how));
  }

  String write() {
    return write(UnaryOperator.identity());
  }

  /// @param shown of a reason, which may have a secret in it
  String write(UnaryOperator<String> shown) {
    return name + end.map(how -> " " + shown.apply(word(how))).orElse("");
  }

  private static String word(Outcome how) {
    return switch (how) {
      case Outcome.Succeeded() -> "exit=0";
      case Outcome.Failed(var exit, var reason) -> "exit=" + exit + " " + cut(reason);
      case Outcome.Broke(var problem) -> "broke " + cut(problem);
      case Outcome.Cancelled(var by) -> "cancelled " + cut(by);
      // Whoever sets the limit calls a run that was stopped for it timed out.
      case Outcome.TimedOut(var limit) -> "cancelled limit of " + limit;
    };
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST_REASON));
  }

  static Optional<ServiceHandle> parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String why = Optional.ofNullable(matcher.group("text")).orElse("");
    Optional<Outcome> end =
        Optional.ofNullable(matcher.group("code"))
            .map(code -> exited(Integer.parseInt(code), why))
            .or(() ->
                Optional.ofNullable(matcher.group("word"))
                    .map(word ->
                        word.equals("broke")
                            ? new Outcome.Broke(why)
                            : new Outcome.Cancelled(why)));
    return Optional.of(new ServiceHandle(matcher.group("name"), end));
  }

  private static Outcome exited(int code, String reason) {
    return code == 0 ? new Outcome.Succeeded() : new Outcome.Failed(code, reason);
  }
}
