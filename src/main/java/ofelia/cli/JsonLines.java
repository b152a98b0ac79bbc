package ofelia.cli;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes records as JSON, one object a line. Names are stable, and a value that is not there is
/// `null` rather than left out.
final class JsonLines<T> {

  /// How many lines are printed before it is asked whether anybody still reads.
  private static final int PAGE = 256;

  private final JsonType<T> type;
  private final Console console;
  private long printed;

  private JsonLines(JsonType<T> type, Console console) {
    this.type = type;
    this.console = console;
  }

  static <T> JsonLines<T> of(Class<T> type, Console console) {
    return new JsonLines<>(
        Jsonb.builder().serializeNulls(true).serializeEmpty(true).build().type(type), console);
  }

  void print(T line) {
    console.out().println(type.toJson(line));
    if (++printed % PAGE == 0) {
      console.requireReader();
    }
  }

  /// RFC 3339 in UTC; null for 0, which stands for *not yet* in the ledger.
  static @Nullable String instant(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
  }
}
