package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import ofelia.docker.EngineAddress.Written;
import ofelia.wire.TestAuthority;
import ofelia.wire.TestAuthority.KeyForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which engine is meant: the order of the docker CLI, and TLS that fails closed.
class EngineAddressTest {

  @TempDir Path home;

  private EngineAddress find(Written written, Map<String, String> environment) {
    return EngineAddress.find(written, "[docker]", environment, home);
  }

  private String host(Map<String, String> environment) {
    return find(Written.NOTHING, environment).host().toString();
  }

  private static Written host(String text) {
    return new Written(Optional.of(text), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Written context(String name) {
    return new Written(Optional.empty(), Optional.of(name), Optional.empty(), Optional.empty());
  }

  private Path certificates(String folder) throws Exception {
    return TestAuthority.named("a")
        .issue(home.resolve(folder), "build.example.com", KeyForm.EC_PKCS8);
  }

  private void define(String context, String json) throws Exception {
    Path folder =
        Files.createDirectories(home.resolve(".docker/contexts/meta").resolve(id(context)));
    Files.writeString(folder.resolve("meta.json"), json);
  }

  private static String id(String context) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(context.getBytes(StandardCharsets.UTF_8)));
  }

  private void use(String context) throws Exception {
    Files.createDirectories(home.resolve(".docker"));
    Files.writeString(
        home.resolve(".docker/config.json"), "{\"currentContext\": \"" + context + "\"}");
  }

  @Test
  void asksInTheOrderOfTheDockerCli() throws Exception {
    define("a", "{\"Name\":\"a\",\"Endpoints\":{\"docker\":{\"Host\":\"tcp://a:1\"}}}");
    define("b", "{\"Name\":\"b\",\"Endpoints\":{\"docker\":{\"Host\":\"ssh://me@b\"}}}");
    assertThat(host(Map.of())).isEqualTo("unix:///var/run/docker.sock");
    use("a");
    assertThat(host(Map.of())).isEqualTo("tcp://a:1");
    assertThat(host(Map.of("DOCKER_CONTEXT", "b"))).isEqualTo("ssh://me@b");
    assertThat(host(Map.of("DOCKER_CONTEXT", "default"))).isEqualTo("unix:///var/run/docker.sock");
    assertThat(host(Map.of("DOCKER_CONTEXT", "b", "DOCKER_HOST", "tcp://c:3")))
        .isEqualTo("tcp://c:3");
    EngineAddress written = find(host("tcp://d:4"), Map.of("DOCKER_HOST", "tcp://c:3"));
    assertThat(written.host()).hasToString("tcp://d:4");
    assertThat(written.source()).isEqualTo("host of [docker]");
    assertThat(find(context("b"), Map.of("DOCKER_HOST", "tcp://c:3")).host())
        .hasToString("ssh://me@b");
  }

  @Test
  void tellsTheDockerCliOfTheSameEngine() {
    Map<String, String> own = Map.of("DOCKER_HOST", "tcp://a:1", "DOCKER_CONTEXT", "c", "X", "y");
    assertThat(EngineAddress.cliVariables(Written.NOTHING, own)).isEqualTo(own);
    assertThat(EngineAddress.cliVariables(context("b"), own))
        .isEqualTo(Map.of("DOCKER_CONTEXT", "b", "X", "y"));
    assertThat(EngineAddress.cliVariables(host("https://b:2"), Map.of()))
        .isEqualTo(Map.of("DOCKER_HOST", "tcp://b:2", "DOCKER_TLS", "1", "DOCKER_TLS_VERIFY", "1"));
    assertThat(
            EngineAddress.cliVariables(
                host("unix:///x"), Map.of("DOCKER_CERT_PATH", "/certs", "DOCKER_HOST", "tcp://a")))
        .isEqualTo(Map.of("DOCKER_HOST", "unix:///x"));
    Written trusting =
        new Written(
            Optional.empty(), Optional.empty(), Optional.of(Path.of("/certs")), Optional.of(false));
    assertThat(EngineAddress.cliVariables(trusting, Map.of("DOCKER_HOST", "tcp://a:1")))
        .containsEntry("DOCKER_CERT_PATH", "/certs")
        .containsEntry("DOCKER_TLS", "1")
        .containsEntry("DOCKER_TLS_VERIFY", "");
  }

  @Test
  void takesTlsFromTheFolderOfTheVariables() throws Exception {
    String folder = certificates("certs").toString();
    assertThat(host(Map.of("DOCKER_HOST", "tcp://h", "DOCKER_CERT_PATH", folder)))
        .isEqualTo("tcp://h:2376 (TLS)");
    assertThat(host(Map.of("DOCKER_HOST", "tcp://h"))).isEqualTo("tcp://h:2375");
    certificates(".docker");
    assertThat(host(Map.of("DOCKER_HOST", "tcp://h:7", "DOCKER_TLS_VERIFY", "0")))
        .isEqualTo("tcp://h:7 (TLS)");
    assertThat(host(Map.of("DOCKER_HOST", "unix:///s", "DOCKER_CERT_PATH", folder)))
        .isEqualTo("unix:///s");
    assertThat(host(Map.of("DOCKER_HOST", "https://h"))).isEqualTo("tcp://h:2376 (TLS)");
  }

  @Test
  void takesTlsFromTheFolderOfTheContext() throws Exception {
    define("a", "{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://a:1\",\"SkipTLSVerify\":false}}}");
    certificates(".docker/contexts/tls/" + id("a") + "/docker");
    assertThat(find(context("a"), Map.of()).host()).hasToString("tcp://a:1 (TLS)");
  }

  @Test
  void neverGoesOnWithoutTheTlsThatWasAskedFor() throws Exception {
    assertThatThrownBy(() -> host(Map.of("DOCKER_HOST", "tcp://h", "DOCKER_TLS_VERIFY", "1")))
        .hasMessage(
            "the certificates for TLS cannot be used: there is no file \"%s\"",
            home.resolve(".docker/ca.pem"));
    assertThatThrownBy(() -> host(Map.of("DOCKER_HOST", "tcp://h", "DOCKER_CERT_PATH", "/nowhere")))
        .hasMessageContaining("there is no file \"/nowhere/ca.pem\"");
    assertThatThrownBy(() -> host(Map.of("DOCKER_HOST", "tcp+tls://h")))
        .hasMessageContaining("needs certificates");
    Written verified =
        new Written(Optional.of("tcp://h"), Optional.empty(), Optional.empty(), Optional.of(true));
    assertThatThrownBy(() -> find(verified, Map.of())).hasMessageContaining("ca.pem");
    String folder = certificates("certs").toString();
    assertThatThrownBy(() -> host(Map.of("DOCKER_HOST", "http://h", "DOCKER_CERT_PATH", folder)))
        .hasMessageContaining("says no TLS");
  }

  @Test
  void passesOverAChosenContextThatIsNotDefinedAndInsistsOnOneThatWasNamed() throws Exception {
    use("desktop-linux");
    EngineAddress address = find(Written.NOTHING, Map.of());
    assertThat(address.host()).hasToString("unix:///var/run/docker.sock");
    assertThat(address.warning().orElseThrow()).contains("\"desktop-linux\"", "set DOCKER_HOST");
    assertThatThrownBy(() -> host(Map.of("DOCKER_CONTEXT", "x")))
        .hasMessageContaining("there is no Docker context \"x\" (DOCKER_CONTEXT)");
    define("broken", "{}");
    assertThatThrownBy(() -> find(context("broken"), Map.of()))
        .hasMessageContaining("names no engine");
    Written both =
        new Written(Optional.of("tcp://h"), Optional.of("x"), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> find(both, Map.of())).hasMessageContaining("both host and context");
  }
}
