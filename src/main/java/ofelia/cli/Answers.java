package ofelia.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Cause;
import ofelia.model.RunId;

/// Says in a sentence what became of a due instant, and why.
final class Answers {

  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final ZoneId zone;
  private final boolean hasDaemon;
  private final long nowMillis;

  /// @param zone of the times named
  /// @param hasDaemon whether anybody sees to what goes on
  Answers(ZoneId zone, boolean hasDaemon, long nowMillis) {
    this.zone = zone;
    this.hasDaemon = hasDaemon;
    this.nowMillis = nowMillis;
  }

  /// `Mon 2026-11-23 03:00:00`.
  String instant(long millis) {
    return DAY_AND_TIME.format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  String of(HistoryEntry entry) {
    return begin(entry) + " " + end(entry);
  }

  private String begin(HistoryEntry entry) {
    String job = entry.job().value();
    String at = instant(entry.dueMillis());
    return switch (entry.cause()) {
      case SCHEDULE, CATCH_UP -> job + " was due on " + at;
      case STARTUP -> job + " was to run at the daemon's start on " + at;
      case BACKFILL -> job + " was asked for by hand for the instant " + at;
      case MANUAL -> job + " was asked for by hand on " + at;
    };
  }

  private String end(HistoryEntry entry) {
    return switch (entry.fate()) {
      case "ran" -> "and " + ran(entry) + whereToLook(entry);
      case "running" -> running(entry);
      case "skipped" -> "and was skipped: " + reason(entry) + ".";
      case "missed" -> "and was missed: " + reason(entry) + ".";
      case "refused" -> "and was refused: " + reason(entry) + ".";
      case "lost" ->
          "and was begun"
              + (entry.startedMillis() == 0 ? "" : " at " + timeOf(entry.startedMillis(), entry))
              + ", but how it ended is not known: "
              + reason(entry)
              + "."
              + whereToLook(entry);
      default -> "and is on record as \"" + entry.fate() + "\": " + reason(entry) + ".";
    };
  }

  private String ran(HistoryEntry entry) {
    String begun = "ran " + lateness(entry);
    String took =
        entry.startedMillis() == 0 || entry.endedMillis() == 0
            ? ""
            : " after " + Words.took(Math.max(0, entry.endedMillis() - entry.startedMillis()));
    String attempts = entry.attempts() > 1 ? ", at attempt " + entry.attempts() : "";
    String why = entry.reason().isEmpty() ? "" : ": " + entry.reason();
    return switch (entry.outcome().orElse("")) {
      case "succeeded" -> begun + "; it succeeded" + took + attempts + ".";
      case "failed" -> begun + "; it failed" + took + attempts + why + ".";
      case "timed-out" -> begun + "; it was ended" + took + attempts + why + " (max-runtime).";
      case "cancelled" -> begun + "; it was stopped" + took + attempts + why + ".";
      case "broke" -> "could not be run, or broke off" + took + attempts + why + ".";
      default -> begun + "; it ended as \"" + entry.outcome().orElse("") + "\"" + took + why + ".";
    };
  }

  private String lateness(HistoryEntry entry) {
    if (entry.cause() == Cause.BACKFILL) {
      return "on " + instant(entry.startedMillis());
    }
    long late = entry.startedMillis() - entry.dueMillis();
    String caughtUp = entry.cause() == Cause.CATCH_UP ? ", made up for afterwards" : "";
    if (entry.startedMillis() == 0) {
      return "at once" + caughtUp;
    }
    return (late < 1_000 ? "on time" : Words.took(late) + " later") + caughtUp;
  }

  private String running(HistoryEntry entry) {
    String since =
        entry.startedMillis() == 0
            ? "and has not begun yet"
            : "and has been running since " + timeOf(entry.startedMillis(), entry);
    String waits = entry.reason().isEmpty() ? "" : ": " + entry.reason();
    String nobody =
        hasDaemon ? "" : " No daemon holds the store, so this is how it stood when the last ended.";
    return since + waits + "." + nobody;
  }

  /// With the day only where it is another one than that of the instant.
  private String timeOf(long millis, HistoryEntry entry) {
    boolean isSameDay =
        Instant.ofEpochMilli(millis)
            .atZone(zone)
            .toLocalDate()
            .equals(Instant.ofEpochMilli(entry.dueMillis()).atZone(zone).toLocalDate());
    return isSameDay ? TIME.format(Instant.ofEpochMilli(millis).atZone(zone)) : instant(millis);
  }

  private static String reason(HistoryEntry entry) {
    return entry.reason().isEmpty() ? "no reason is on record" : entry.reason();
  }

  private static String whereToLook(HistoryEntry entry) {
    Optional<RunId> run = entry.run();
    boolean isWorthALook =
        entry.outputBytes() > 0 && !entry.outcome().orElse("").equals("succeeded");
    return run.isPresent() && isWorthALook ? " Its output: ofelia logs " + run.get() : "";
  }

  /// Nothing is on record for a job.
  ///
  /// @param next its next due instant, if there is one
  String never(String job, Optional<Long> next) {
    return job
        + " has not been due yet, nor asked for"
        + next.map(millis -> "; the first instant comes on " + instant(millis)).orElse("")
        + ".";
  }

  /// Nothing was due at the moment asked about.
  ///
  /// @param before the last due instant before it, if there is one
  /// @param after the first after it
  String nothing(String job, String why, Optional<Long> before, Optional<Long> after) {
    StringBuilder text = new StringBuilder(job + " was not due then: " + why + ".");
    before.ifPresent(millis -> text.append(" The instant before: ").append(instant(millis)));
    after.ifPresent(millis ->
        text.append(before.isPresent() ? ", the one after: " : " The instant after: ")
            .append(instant(millis))
            .append(millis > nowMillis ? " (to come)" : ""));
    if (before.isPresent() || after.isPresent()) {
      text.append('.');
    }
    return text.toString();
  }
}
