package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import ofelia.wire.Request;
import ofelia.wire.Target;
import org.junit.jupiter.api.Test;

class NeededCallsTest {

  @Test
  void theDocumentationHasEachCall() throws Exception {
    assertThat(Files.readString(Path.of("docs/engines.md")))
        .contains(
            NeededCalls.markdown(NeededCalls.ALL), NeededCalls.markdown(NeededCalls.OF_COMPOSE));
  }

  @Test
  void findsACallByItsPathWithoutVersionAndQuery() {
    Target create = Target.path("containers", "create").with("name", "x").below("/v1.41");
    assertThat(NeededCalls.advice(Request.post(create)))
        .startsWith("; POST /containers/create is needed for job-run:");
    assertThat(NeededCalls.advice(Request.get(Target.path("containers", "a/b", "json"))))
        .contains("GET /containers/{}/json");
    assertThat(NeededCalls.advice(Request.delete(Target.path("secrets", "x")))).isEmpty();
  }
}
