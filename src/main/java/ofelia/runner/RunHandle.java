package ofelia.runner;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What finds a container run again.
///
/// @param containerId the engine's
/// @param existing of a container that was there before the run; empty for one made for it
/// @param end how it ended, recorded before the container is removed
/// @param isUnstarted whether a later start of the daemon found that it was never started, recorded
///   before the container is removed
record RunHandle(
    String containerId, Optional<Existing> existing, Optional<End> end, boolean isUnstarted) {

  private static final Pattern WRITTEN =
      Pattern.compile(
          "(?<id>\\S+)(?: since=(?<since>\\S+) before=(?<before>\\S*))?"
              + "(?: ended=(?<code>-?\\d{1,9})(?<oom>,oom)?)?(?<unstarted> unstarted)?");

  /// A container that was there before.
  ///
  /// @param since the engine's clock before the start: its log from then on is the run's
  /// @param startedBefore when it was started last before the run, in the engine's words; by this a
  ///   run that began is told from one that did not
  record Existing(Instant since, String startedBefore) {}

  record End(int code, boolean isOutOfMemory) {}

  static RunHandle fresh(String containerId) {
    return new RunHandle(containerId, Optional.empty(), Optional.empty(), false);
  }

  static RunHandle of(String containerId, Existing existing) {
    return new RunHandle(containerId, Optional.of(existing), Optional.empty(), false);
  }

  RunHandle ended(End how) {
    return new RunHandle(containerId, existing, Optional.of(how), false);
  }

  RunHandle unstarted() {
    return new RunHandle(containerId, existing, Optional.empty(), true);
  }

  String write() {
    return containerId
        + existing.map(e -> " since=" + e.since() + " before=" + e.startedBefore()).orElse("")
        + end.map(e -> " ended=" + e.code() + (e.isOutOfMemory() ? ",oom" : "")).orElse("")
        + (isUnstarted ? " unstarted" : "");
  }

  static Optional<RunHandle> parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      Optional<Existing> existing =
          Optional.ofNullable(matcher.group("since"))
              .map(since -> new Existing(Instant.parse(since), matcher.group("before")));
      Optional<End> end =
          Optional.ofNullable(matcher.group("code"))
              .map(code -> new End(Integer.parseInt(code), matcher.group("oom") != null));
      boolean isUnstarted = matcher.group("unstarted") != null;
      return Optional.of(new RunHandle(matcher.group("id"), existing, end, isUnstarted));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
