package ofelia.cli;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A schedule explained, as `explain --json` prints it.
///
/// @param job null for an expression of the command line
/// @param schedule canonical text, with its zone
/// @param sentence the same in plain English
/// @param zone of the local times: the one asked for, else the schedule's own, else the machine's
/// @param due the next instants
/// @param warnings what the author probably did not mean
/// @param dayMatch the next instants under both rules for days; null where they do not differ
@Json
record ExplainLine(
    @Nullable String job,
    String schedule,
    String sentence,
    String zone,
    List<DueLine> due,
    List<RemarkLine> warnings,
    @Nullable DayRulesLine dayMatch) {

  /// @param due RFC 3339 in UTC
  /// @param local the same instant with the offset of the zone
  /// @param begins when its run begins, RFC 3339 in UTC; null when it is left out
  /// @param note what a change of the clocks has to do with it, and why its run does not begin
  ///   then; null for nearly all
  @Json
  record DueLine(String due, String local, @Nullable String begins, @Nullable String note) {}

  /// @param due RFC 3339 in UTC
  /// @param local the same instant with the offset of the zone
  /// @param note what a change of the clocks has to do with it; null for nearly all
  @Json
  record RuleLine(String due, String local, @Nullable String note) {}

  /// @param column where in the text it begins, from 1
  /// @param advice what to write instead; may be empty
  @Json
  record RemarkLine(int column, String found, String advice) {}

  /// @param inForce `either` or `and`
  @Json
  record DayRulesLine(String inForce, List<RuleLine> either, List<RuleLine> and) {}
}
