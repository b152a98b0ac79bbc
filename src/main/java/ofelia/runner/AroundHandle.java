package ofelia.runner;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ofelia.model.Outcome;
import ofelia.plugin.Trace;

/// What finds a run again that brings containers to a standstill: these containers, and the handle
/// of the work itself.
///
/// @param halts in the order in which they come to a standstill
/// @param end what the work came to, recorded before the containers are let go on
/// @param work the handle of the work, or that it is over; empty while it has none
record AroundHandle(List<Halt> halts, Optional<Outcome> end, String work) {

  /// Longer names and reasons are cut: a handle has at most 16,000 characters.
  private static final int LONGEST_NAME = 60;

  private static final int LONGEST_REASON = 500;
  private static final String NO_END = "-";
  private static final String OVER = "over";

  private static final Pattern WRITTEN =
      Pattern.compile("around=(\\S*) end=(\\S+) (.*)", Pattern.DOTALL);

  AroundHandle {
    halts = List.copyOf(halts);
  }

  static AroundHandle before(List<Halt> halts) {
    return new AroundHandle(halts, Optional.empty(), "");
  }

  /// The same, with what the run came to.
  AroundHandle ended(Outcome outcome) {
    return new AroundHandle(halts, Optional.of(outcome), work);
  }

  /// Of a run whose work has ended.
  static AroundHandle after(List<Halt> halts, Outcome outcome) {
    return new AroundHandle(halts, Optional.of(outcome), OVER);
  }

  /// Whether the daemon may have died while it asked the engine for a standstill: then nobody knows
  /// whether the engine is still at that.
  boolean isUncertain() {
    return work.isEmpty();
  }

  AroundHandle of(String workHandle) {
    return new AroundHandle(halts, end, workHandle);
  }

  String write() {
    String containers =
        halts.stream()
            .map(halt ->
                String.join(
                    ",",
                    halt.way().word,
                    text(halt.id()),
                    text(cut(halt.name(), LONGEST_NAME)),
                    text(halt.started())))
            .collect(Collectors.joining(";"));
    return "around="
        + containers
        + " end="
        + end.map(AroundHandle::write).orElse(NO_END)
        + " "
        + work;
  }

  private static String write(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Succeeded() -> outcome.word();
      case Outcome.Failed(var exit, var reason) ->
          outcome.word() + "," + exit + "," + text(cut(reason, LONGEST_REASON));
      case Outcome.Cancelled(var by) -> outcome.word() + "," + text(cut(by, LONGEST_REASON));
      case Outcome.TimedOut(_), Outcome.Broke(_) ->
          "broke," + text(cut(outcome.reason(), LONGEST_REASON));
    };
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest);
  }

  private static String text(String any) {
    return URLEncoder.encode(any, StandardCharsets.UTF_8);
  }

  /// @return empty when it is the handle of a run with nothing around it
  static Optional<AroundHandle> parse(String text) {
    Matcher written = WRITTEN.matcher(text);
    if (!written.matches()) {
      return Optional.empty();
    }
    List<Halt> halts = new ArrayList<>();
    // There are none when somebody else has stopped them all before their turn.
    List<String> containers =
        written.group(1).isEmpty() ? List.of() : List.of(written.group(1).split(";", -1));
    for (String container : containers) {
      String[] part = container.split(",", -1);
      Halt.Way way = part[0].equals(Halt.Way.STOP.word) ? Halt.Way.STOP : Halt.Way.PAUSE;
      halts.add(new Halt(way, plain(part[1]), plain(part[2]), plain(part[3])));
    }
    return Optional.of(new AroundHandle(halts, end(written.group(2)), written.group(3)));
  }

  private static Optional<Outcome> end(String text) {
    if (text.equals(NO_END)) {
      return Optional.empty();
    }
    String[] part = text.split(",", -1);
    return Optional.of(
        switch (part[0]) {
          case "succeeded" -> new Outcome.Succeeded();
          case "failed" -> new Outcome.Failed(Integer.parseInt(part[1]), plain(part[2]));
          case "cancelled" -> new Outcome.Cancelled(plain(part[1]));
          default -> new Outcome.Broke(plain(part[1]));
        });
  }

  private static String plain(String written) {
    return URLDecoder.decode(written, StandardCharsets.UTF_8);
  }

  static Optional<AroundHandle> of(Trace trace) {
    return parse(trace.started().orElse(trace.intent()));
  }

  /// What is on record of the work itself.
  static Trace ofWork(Trace trace) {
    return new Trace(bare(trace.intent()), trace.started().map(AroundHandle::bare));
  }

  /// A handle as the runner of the work itself wrote it; empty while it has written none.
  static String bare(String handle) {
    return parse(handle).map(AroundHandle::work).orElse(handle);
  }
}
