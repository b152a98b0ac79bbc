package ofelia.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleDefaults;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.cron.WrittenTime;
import ofelia.cron.ZoneNames;
import ofelia.syntax.Parsed;

/// Answers many questions in one start, line by line and each at once: a schedule, a zone, a time
/// and a number with tabs between, and for each a line of UTC instants with tabs between, or
/// `error` and the reason. Holds one line at a time.
final class NextBatch {

  private static final int LONGEST_LINE = 16_384;
  private static final long MOST_INSTANTS = 1_000_000;
  private static final int PAGE = 256;

  private final ScheduleDefaults defaults;
  private final Console console;
  private final PrintStream out;

  /// @param defaults with the zone of lines whose second column is empty
  NextBatch(ScheduleDefaults defaults, Console console) {
    this.defaults = defaults;
    this.console = console;
    this.out = console.out();
  }

  /// Why a line cannot be answered.
  private static final class BadLineException extends Exception {

    private static final long serialVersionUID = 1L;

    BadLineException(String message) {
      super(message, null, false, false);
    }
  }

  void answer(InputStream in) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    StringBuilder line = new StringBuilder();
    for (long answered = 1; readLine(reader, line); answered++) {
      try {
        answer(line.toString());
      } catch (BadLineException e) {
        out.print("error\t" + String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", " "));
      }
      out.print('\n');
      // Somebody may wait for the answer before they ask again.
      if (!reader.ready()) {
        out.flush();
      }
      if (answered % PAGE == 0) {
        console.requireReader();
      }
    }
  }

  /// Reads a line without its end, and of one that is too long so much that this can be seen.
  ///
  /// @return false when there is none any more
  private static boolean readLine(Reader reader, StringBuilder line) throws IOException {
    line.setLength(0);
    int c = reader.read();
    if (c < 0) {
      return false;
    }
    for (; c >= 0 && c != '\n'; c = reader.read()) {
      if (line.length() <= LONGEST_LINE) {
        line.append((char) c);
      }
    }
    if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return true;
  }

  private void answer(String line) throws BadLineException {
    if (line.length() > LONGEST_LINE) {
      throw new BadLineException("the line has more than " + LONGEST_LINE + " characters");
    }
    String[] columns = line.split("\t", -1);
    if (columns.length != 4) {
      throw new BadLineException(
          columns.length
              + (columns.length == 1 ? " column" : " columns")
              + " where 4 belong; write schedule, zone, from and how many with tabs between");
    }
    ZoneId zone = columns[1].isEmpty() ? defaults.zone() : good(ZoneNames.parse(columns[1]));
    Instant from = good(WrittenTime.parse(columns[2])).beginIn(zone);
    long count = count(columns[3]);
    try {
      Schedule schedule = Schedule.parse(columns[0], defaults.withZone(zone));
      print(schedule, from.toEpochMilli(), count);
    } catch (ScheduleSyntaxException e) {
      throw new BadLineException(String.valueOf(e.getMessage()));
    }
  }

  private static <T> T good(Parsed<T> parsed) throws BadLineException {
    return switch (parsed) {
      case Parsed.Good<T>(T value) -> value;
      case Parsed.Bad<T>(_, String found, String advice) ->
          throw new BadLineException(found + "; " + advice);
    };
  }

  private static long count(String text) throws BadLineException {
    try {
      long count = Long.parseLong(text);
      if (count >= 1 && count <= MOST_INSTANTS) {
        return count;
      }
    } catch (NumberFormatException _) {
      // Told below, together with numbers that are too small or too large.
    }
    throw new BadLineException(
        "how many cannot be \"" + text + "\"; write a number from 1 to " + MOST_INSTANTS);
  }

  private void print(Schedule schedule, long fromMillis, long count) {
    long due = schedule.next(fromMillis, fromMillis);
    for (long i = 0; i < count && due != Schedule.NEVER; i++) {
      if (i > 0) {
        out.print('\t');
      }
      out.print(Instant.ofEpochMilli(due));
      due = schedule.next(due, fromMillis);
    }
  }
}
