package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Compose file in a folder of a test, and the Compose that `dev/engine` fetched.
final class ComposeFile {

  private final Path folder;
  private final String engine;
  private final String project;
  private final Path programs;

  /// @param engine its address
  ComposeFile(Path folder, String engine, String project) throws IOException {
    String program = System.getenv("OFELIA_TEST_COMPOSE");
    assertThat(program).as("OFELIA_TEST_COMPOSE, as dev/engine env prints it").isNotBlank();
    this.folder = folder;
    this.engine = engine;
    this.project = project;
    this.programs = Files.createDirectory(folder.resolve("programs"));
    Path wrapper = programs.resolve("docker-compose");
    Files.writeString(wrapper, "#!/bin/sh\nexec " + program + " \"$@\"\n");
    Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
  }

  Path file() {
    return folder.resolve("compose.yml");
  }

  void write(String text) throws IOException {
    Files.writeString(file(), text);
  }

  /// A PATH on which there is Compose, and no docker CLI that knows another one.
  String path() {
    return programs.toString();
  }

  /// Calls Compose as a person would.
  void call(String... arguments) throws Exception {
    Path log = folder.resolve("compose.log");
    List<String> words = new ArrayList<>();
    words.add(programs.resolve("docker-compose").toString());
    words.addAll(List.of("-f", file().toString(), "-p", project));
    words.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("DOCKER_HOST", engine);
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  /// Calls of Compose about this file that go on.
  List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(file().toString()))
        .toList();
  }
}
