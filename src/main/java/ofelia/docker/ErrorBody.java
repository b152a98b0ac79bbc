package ofelia.docker;

import io.avaje.jsonb.Json;

/// `{"message": "No such container: x"}`, which the engine sends with every error status.
@Json
record ErrorBody(String message) {
  ErrorBody {
    message = Absent.orEmpty(message);
  }
}
