package ofelia.app;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;

/// A line of `history --json`.
///
/// @param run empty where nothing was begun
/// @param outcome empty unless it ran
record HistoryRow(
    String run,
    String job,
    Instant due,
    String cause,
    String fate,
    String outcome,
    OptionalInt exit,
    String reason,
    Map<String, Object> all) {

  static HistoryRow of(Map<String, Object> line) {
    return new HistoryRow(
        text(line, "run"),
        text(line, "job"),
        Instant.parse(text(line, "due")),
        text(line, "cause"),
        text(line, "fate"),
        text(line, "outcome"),
        line.get("exit") instanceof Number code
            ? OptionalInt.of(code.intValue())
            : OptionalInt.empty(),
        text(line, "reason"),
        line);
  }

  private static String text(Map<String, Object> line, String name) {
    return line.get(name) instanceof String text ? text : "";
  }

  @Override
  public String toString() {
    return "%s %s of %s %s: %s %s %s \"%s\""
        .formatted(
            run, job, due, cause, fate, outcome, exit.isEmpty() ? "" : exit.getAsInt(), reason);
  }

  boolean isScheduled() {
    return cause.equals("schedule");
  }

  boolean hasEnded() {
    return !fate.equals("running");
  }

  Instant started() {
    return Instant.parse(text(all, "started"));
  }

  Instant ended() {
    return Instant.parse(text(all, "ended"));
  }

  int attempts() {
    return ((Number) all.getOrDefault("attempts", 0)).intValue();
  }
}
