package ofelia.runner.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ofelia.time.Time;

/// Processes started by `ProcessBuilder`, for machines where [SpawnedProcesses] cannot work.
///
/// A process has a session of its own where there is a program `setsid`. What differs from the
/// other form: a program sees its absolute path as its own name; [Exit#signal] stays 0, since the
/// JDK does not tell signal 9 from exit code 137; and where there is neither `/proc` nor Windows, a
/// left-over process whose parent has ended is not found. ADR 0006 says why macOS has this form.
final class PortableProcesses implements Processes {

  private static final Path NOTHING =
      Path.of(
          System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")
              ? "NUL"
              : "/dev/null");

  private final Time time;
  private final String why;
  private final Optional<Path> setsid;
  private final Set<PortableProcess> living = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// @param why why it is this form, for the log
  PortableProcesses(Time time, String why) {
    this.time = time;
    this.why = why;
    this.setsid = findSetsid();
  }

  @Override
  public String form() {
    return "ProcessBuilder" + (setsid.isPresent() ? " and setsid" : "") + ": " + why;
  }

  @Override
  public LocalProcess start(Command command) throws ProcessStartException {
    if (closed) {
      throw new IllegalStateException("local processes are closed");
    }
    List<String> words = new ArrayList<>(command.words());
    words.set(0, ProgramSearch.requireProgram(command).toString());
    setsid.ifPresent(path -> words.addFirst(path.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectInput(ProcessBuilder.Redirect.from(NOTHING.toFile()));
    command.directory().ifPresent(directory -> builder.directory(directory.toFile()));
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    try {
      PortableProcess process = new PortableProcess(time, builder.start(), command, living::remove);
      living.add(process);
      return process;
    } catch (IOException e) {
      throw new ProcessStartException(
          "cannot start \"" + command.words().getFirst() + "\": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    living.forEach(PortableProcess::kill);
  }

  private static Optional<Path> findSetsid() {
    if (File.separatorChar != '/') {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ProgramSearch.requireProgram(new Command(List.of("setsid"), Map.of(), Optional.empty())));
    } catch (ProcessStartException _) {
      // macOS, and very small images.
      return Optional.empty();
    }
  }
}
