package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    return new RegistryLogins(folder, Map.of("PATH", folder.toString()))
        .find(registry, warnings::add);
  }

  private String file() {
    return folder.resolve("config.json").toString();
  }

  private void program(String name, String script) throws Exception {
    Path file = folder.resolve("docker-credential-" + name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void asksTheProgramThatKeepsLogins() throws Exception {
    program(
        "all",
        "read server; printf '{\"ServerURL\":\"%s\",\"Username\":\"u-%s-%s\",\"Secret\":\"s\"}'"
            + " \"$server\" \"$1\" \"$server\"");
    program("one", "echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'");
    String config = "{\"credsStore\": \"all\", \"credHelpers\": {\"one.example.com\": \"one\"}}";
    assertThat(find("docker.io", config).map(RegistryAuth::user))
        .hasValue("u-get-https://index.docker.io/v1/");
    assertThat(find("b.example.com", config).map(RegistryAuth::who))
        .hasValue(
            "as user \"u-get-b.example.com\" from the credential helper docker-credential-all");
    assertThat(find("one.example.com", config))
        .hasValue(
            new RegistryAuth(
                "", "", "one.example.com", "t", "the credential helper docker-credential-one"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void takesTheFileWhereTheProgramHasNothingOrFails() throws Exception {
    program("none", "echo 'credentials not found in native keychain'; exit 1");
    program("broken", "echo '{\"Secret\":\"secret\"}'; exit 3");
    program("locked", "echo the keychain is locked; exit 1");
    for (String name : List.of("none", "broken", "locked", "../../bin/sh")) {
      assertThat(find("a.example.com", keptBy(name, "me:secret")))
          .as(name)
          .map(RegistryAuth::user)
          .hasValue("me");
    }
    assertThat(warnings).hasSize(3).noneMatch(text -> text.contains("secret"));
    assertThat(warnings.getFirst()).endsWith("docker-credential-broken ended with code 3");
    assertThat(warnings.get(1)).endsWith("ended with code 1: the keychain is locked");
    assertThat(warnings.getLast()).contains("is not the name of a credential helper");
  }

  private static String keptBy(String program, String login) {
    String auths = "{\"a.example.com\": {\"auth\": \"" + auth(login) + "\"}}";
    return "{\"credsStore\": \"" + program + "\", \"auths\": " + auths + "}";
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
        .hasValue(new RegistryAuth("me", "pass:word", "https://index.docker.io/v1/", "", file()));
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
    assertThat(warnings.getFirst()).contains("there is no docker-credential-x on the PATH");
  }

  @Test
  void looksWhereTheEnvironmentSays() throws Exception {
    Path home = Path.of("/home/me");
    assertThat(RegistryLogins.of(Map.of(), home).folder()).isEqualTo(home.resolve(".docker"));
    assertThat(RegistryLogins.of(Map.of("DOCKER_CONFIG", "/etc/d"), home).folder())
        .isEqualTo(Path.of("/etc/d"));
    assertThat(
            new RegistryLogins(folder, Map.of("PATH", folder.toString()))
                .find("docker.io", warnings::add))
        .isEmpty();
    assertThat(warnings).isEmpty();
  }
}
