package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import ofelia.wire.Pipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses, names, versions and times, as the engine and its users write them.
class NamesTest {

  @ParameterizedTest
  @CsvSource({
    "unix:///var/run/docker.sock, unix:///var/run/docker.sock, docker",
    "UNIX:///run/a b.sock, unix:///run/a b.sock, docker",
    "tcp://docker:2375, tcp://docker:2375, docker:2375",
    "http://10.0.0.1:2375/, tcp://10.0.0.1:2375, 10.0.0.1:2375",
    "tcp://docker, tcp://docker:2375, docker:2375",
    "tcp://[::1]:2375, tcp://[::1]:2375, [::1]:2375",
    "https://docker, tcp://docker:2376 (TLS), docker:2376",
    "ssh://me@docker:22, ssh://me@docker:22, docker",
  })
  void readsWhereTheEngineListens(String text, String transport, String httpHost) {
    DockerHost host = DockerHost.parse(text);
    assertThat(host).hasToString(transport);
    assertThat(host.httpHost()).isEqualTo(httpHost);
  }

  @ParameterizedTest
  @CsvSource({
    "/var/run/docker.sock, has no scheme",
    "'', has no scheme",
    "unix://docker.sock, has no absolute path",
    "fd://, has an unknown scheme",
    "tcp+tls://docker:2376, needs certificates",
    "ssh://me:secret@docker, holds a password",
    "ssh://me@docker/run/$(id), is not of the form",
    "ssh://me@docker/run/;id, is not of the form",
    "ssh://-oProxyCommand=x@docker, is not of the form",
    "htps://me:secret@docker, has an unknown scheme",
    "npipe:////./pipe/docker_engine, is a named pipe of Windows",
    "tcp://, is not an address",
    "tcp://a b, is not an address",
    "tcp://docker:2375/v1.41, is more or less than an address",
    "tcp://user:secret@docker:2375, is more or less than an address",
  })
  void saysWhatToWriteInstead(String text, String problem) {
    assertThatThrownBy(() -> DockerHost.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("write ")
        .hasMessageNotContainingAny("secret");
  }

  @Test
  void readsThePipesOfWindows() {
    String text = "npipe:////./pipe/docker_engine";
    DockerHost host = DockerHost.pipe(text, "//./pipe/docker_engine", true);
    assertThat(host.transport()).isEqualTo(new Pipe("\\\\.\\pipe\\docker_engine"));
    assertThat(host).hasToString(text);
    assertThatThrownBy(() -> DockerHost.pipe("npipe://docker", "docker", true))
        .hasMessageContaining("write npipe:////./pipe/NAME");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "alpine, alpine, '', '', latest, docker.io",
        "alpine:3.20, alpine, 3.20, '', 3.20, docker.io",
        "library/alpine, library/alpine, '', '', latest, docker.io",
        "alpine@sha256:ab, alpine, '', sha256:ab, sha256:ab, docker.io",
        "alpine:3.20@sha256:ab, alpine, 3.20, sha256:ab, sha256:ab, docker.io",
        "localhost:5000/a/b, localhost:5000/a/b, '', '', latest, localhost:5000",
        "localhost/a, localhost/a, '', '', latest, localhost",
        "ghcr.io/a/b:1, ghcr.io/a/b, 1, '', 1, ghcr.io",
        "r:5000/a@sha256:ab, r:5000/a, '', sha256:ab, sha256:ab, r:5000",
      })
  void takesTheNameOfAnImageApart(
      String text, String repository, String tag, String digest, String asked, String registry) {
    ImageName name = ImageName.parse(text);
    assertThat(name).isEqualTo(new ImageName(repository, tag, digest));
    assertThat(name).hasToString(text);
    assertThat(name.tagOrDigest()).isEqualTo(asked);
    assertThat(name.registry()).isEqualTo(registry);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ":1", "@sha256:ab", "alpine@"})
  void refusesWhatNamesNoImage(String text) {
    assertThatThrownBy(() -> ImageName.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void comparesVersionsAsNumbers() {
    assertThat(ApiVersion.parse("1.9")).isLessThan(ApiVersion.parse("1.41"));
    assertThat(ApiVersion.parse("2.0")).isGreaterThan(ApiVersion.parse("1.51"));
    assertThat(ApiVersion.parse(" 1.41 ")).hasToString("1.41");
    for (String wrong : new String[] {"", "1", "v1.41", "1.41.2", "1.x", "99999.1"}) {
      assertThatThrownBy(() -> ApiVersion.parse(wrong)).hasMessageContaining("write one such as");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T13:46:18.803195032Z, 1795441578, 803195032",
    "2026-11-23T14:46:18.8+01:00, 1795441578, 800000000",
    "2026-11-23T13:46:18Z, 1795441578, 0",
  })
  void readsTimesOfAnyOffset(String text, long seconds, long nanos) {
    Instant instant = Instant.ofEpochSecond(seconds, nanos);
    assertThat(EngineTime.parse(text)).contains(instant);
    assertThat(EngineTime.ofNanos(seconds * 1_000_000_000 + nanos)).isEqualTo(instant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0001-01-01T00:00:00Z", "yesterday"})
  void takesTheYearOneForNever(String text) {
    assertThat(EngineTime.parse(text)).isEmpty();
  }

  @Test
  void writesTimesToTheNanosecond() {
    assertThat(EngineTime.parameter(Instant.ofEpochSecond(1795441578, 7)))
        .isEqualTo("1795441578.000000007");
    assertThat(EngineTime.parameter(Instant.ofEpochSecond(1795441578, 123_456_789)))
        .isEqualTo("1795441578.123456789");
  }

  @Test
  void writesFiltersAsTheEngineReadsThem() {
    Filters filters =
        Filters.NONE.with("label", "a=\"b\"").with("label", "c").with("status", "running");
    assertThat(Messages.filters(filters))
        .isEqualTo("{\"label\":[\"a=\\\"b\\\"\",\"c\"],\"status\":[\"running\"]}");
  }

  @Test
  void hidesCredentialsFromEverythingButTheHeader() {
    RegistryAuth auth = new RegistryAuth("me", "pä/ss", "r.example", "", "a file");
    assertThat(auth.toString()).doesNotContain("me").doesNotContain("ss]").contains("r.example");
    byte[] json = Base64.getUrlDecoder().decode(auth.header());
    assertThat(new String(json, StandardCharsets.UTF_8))
        .contains("\"username\":\"me\"")
        .contains("\"password\":\"pä/ss\"");
  }
}
