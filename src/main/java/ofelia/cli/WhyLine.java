package ofelia.cli;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// An answer to `why --json`.
///
/// @param due RFC 3339 in UTC; null where nothing was due
/// @param fate as in [HistoryLine]; null where nothing was due
/// @param run null where nothing was begun
/// @param era as in [HistoryLine]; null where nothing was due
/// @param answer the sentence
@Json
record WhyLine(
    String job,
    @Nullable String due,
    @Nullable String fate,
    @Nullable String run,
    @Nullable Integer era,
    String answer) {

  /// Where nothing was due.
  static WhyLine nothing(String job, String answer) {
    return new WhyLine(job, null, null, null, null, answer);
  }
}
