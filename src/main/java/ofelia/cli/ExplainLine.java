package ofelia.cli;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A schedule explained, as `explain --json` prints it.
///
/// @param job null for an expression of the command line
/// @param schedule canonical text, with its zone
/// @param sentence the same in plain English
/// @param due the next instants
/// @param warnings what the author probably did not mean
/// @param dayMatch the next instants under both rules for days; null where they do not differ
@Json
record ExplainLine(
    @Nullable String job,
    String schedule,
    String sentence,
    List<DueLine> due,
    List<RemarkLine> warnings,
    @Nullable DayRulesLine dayMatch) {

  /// @param due RFC 3339 in UTC
  /// @param local the same instant with the offset of the zone asked for
  /// @param note what a change of the clocks has to do with it; null for nearly all
  @Json
  record DueLine(String due, String local, @Nullable String note) {}

  /// @param column where in the text it begins, from 1
  /// @param advice what to write instead; may be empty
  @Json
  record RemarkLine(int column, String found, String advice) {}

  /// @param inForce `either` or `and`
  @Json
  record DayRulesLine(String inForce, List<DueLine> either, List<DueLine> and) {}
}
