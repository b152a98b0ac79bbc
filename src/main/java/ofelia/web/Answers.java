package ofelia.web;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.util.List;
import ofelia.wire.Reply;
import ofelia.wire.Response;

/// The bodies of answers.
final class Answers {

  private static final Jsonb JSON =
      Jsonb.builder().serializeNulls(true).serializeEmpty(true).build();

  private Answers() {}

  /// @param run the number of the run that was recorded, or is being ended
  @Json
  record Run(String run) {}

  /// @param error for people
  @Json
  record Failure(String error) {}

  /// @param jobs how many are in force
  @Json
  record Reload(int jobs, List<ProblemLine> problems) {}

  /// @param status `ok`
  @Json
  record Health(String status, int jobs, int running, int waiting, int gaps) {}

  static <T> Reply reply(int status, Class<T> type, T answer) {
    return Reply.json(status, JSON.type(type).toJsonBytes(answer));
  }

  static Reply failure(int status, String error) {
    return reply(status, Failure.class, new Failure(error));
  }

  /// @throws IOException when the answer is not of that shape
  static <T> T read(Class<T> type, Response response) throws IOException {
    try {
      return JSON.type(type).fromJson(response.body());
    } catch (JsonException | NullPointerException e) {
      throw new IOException(
          "the daemon answered " + response.status() + " with something that is no answer", e);
    }
  }
}
