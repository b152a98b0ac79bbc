package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryLoginsTest {

  @TempDir Path folder;

  private final List<String> warnings = new ArrayList<>();

  private Optional<RegistryAuth> find(String registry, String config) throws Exception {
    Files.writeString(folder.resolve("config.json"), config);
    return new RegistryLogins(folder).find(registry, warnings::add);
  }

  private static String auth(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void findsALoginUnderTheNamesThatDockerWrites() throws Exception {
    String config =
        """
        {"HttpHeaders": {"a": "b"}, "auths": {
          "https://index.docker.io/v1/": {"auth": "%s"},
          "registry.example.com:5000": {"auth": "%s"},
          "https://other.example.com/v2/": {"auth": "", "identitytoken": "t"}
        }}\
        """
            .formatted(auth("me:pass:word"), auth("you:x"));
    assertThat(find("docker.io", config))
        .hasValue(new RegistryAuth("me", "pass:word", "https://index.docker.io/v1/", ""));
    assertThat(find("registry.example.com:5000", config).map(RegistryAuth::user)).hasValue("you");
    assertThat(find("other.example.com", config).map(RegistryAuth::identityToken)).hasValue("t");
    assertThat(find("registry.example.com", config)).isEmpty();
    assertThat(warnings).isEmpty();
  }

  @Test
  void saysWhatItCannotUseAndShowsNoSecret() throws Exception {
    assertThat(find("a.example.com", "{\"credsStore\": \"x\", \"auths\": {\"a.example.com\": {}}}"))
        .isEmpty();
    assertThat(find("a.example.com", "{\"auths\": {\"a.example.com\": {\"auth\": \"secret!\"}}}"))
        .isEmpty();
    assertThat(find("a.example.com", "secret")).isEmpty();
    assertThat(warnings).hasSize(3).noneMatch(text -> text.contains("secret"));
    assertThat(warnings.getFirst()).contains("credential helper");
  }

  @Test
  void looksWhereTheEnvironmentSays() {
    Path home = Path.of("/home/me");
    assertThat(RegistryLogins.of(Map.of(), home).folder()).isEqualTo(home.resolve(".docker"));
    assertThat(RegistryLogins.of(Map.of("DOCKER_CONFIG", "/etc/d"), home).folder())
        .isEqualTo(Path.of("/etc/d"));
    assertThat(new RegistryLogins(folder).find("docker.io", warnings::add)).isEmpty();
    assertThat(warnings).isEmpty();
  }
}
