package ofelia.runner.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What every form of [Processes] does, shown on real processes.
@Timeout(value = 60, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ProcessesContract {

  private static final AtomicLong RUNS = new AtomicLong(System.nanoTime());
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

  @TempDir Path directory;

  final Printed printed = new Printed();
  private final String run = Long.toHexString(RUNS.incrementAndGet());
  private Processes processes;

  abstract Processes open();

  @BeforeEach
  void openProcesses() {
    processes = open();
  }

  @AfterEach
  void closeProcesses() {
    processes.close();
  }

  @Test
  void tellsTheExitCode() throws Exception {
    assertThat(run("true")).isEqualTo(new Exit(0, 0, 0));
    assertThat(run("sh", "-c", "exit 3")).isEqualTo(new Exit(3, 0, 0));
    assertThat(run("sh", "-c", "exit 255").code()).isEqualTo(255);
  }

  @Test
  void tellsASignalAs128AndItsNumber() throws Exception {
    assertThat(run("sh", "-c", "kill -9 $$").code()).isEqualTo(137);
    assertThat(run("sh", "-c", "kill -TERM $$").code()).isEqualTo(143);
  }

  @Test
  void keepsTheTwoOutputsApart() throws Exception {
    run("sh", "-c", "echo one; echo two >&2; echo three; echo four >&2");
    assertThat(printed.out()).isEqualTo("one\nthree\n");
    assertThat(printed.err()).isEqualTo("two\nfour\n");
  }

  @Test
  void givesTheEnvironmentAndNothingElse() throws Exception {
    run(command(Map.of("A", "1 2", "LEER", "", "Ä", "ö=ü\nß"), "/usr/bin/env", "-0"));
    assertThat(printed.out().split("\0")).containsExactlyInAnyOrder("A=1 2", "LEER=", "Ä=ö=ü\nß");
  }

  @Test
  void givesArgumentsAsTheyAre() throws Exception {
    run("printf", "[%s]", "a b", "", "$HOME", "*", "ü\"'\\");
    assertThat(printed.out()).isEqualTo("[a b][][$HOME][*][ü\"'\\]");
  }

  @Test
  void runsInTheDirectory() throws Exception {
    run(new Command(List.of("pwd"), PATH, Optional.of(directory)));
    assertThat(printed.out().strip()).isEqualTo(directory.toRealPath().toString());
  }

  @Test
  void findsARelativeProgramFromOwnDirectoryAndNotFromTheJobs() throws Exception {
    Path script = script("#!/bin/sh\necho here\n", "rwxr-xr-x");
    Path relative = Path.of("").toAbsolutePath().relativize(script);
    run(new Command(List.of(relative.toString()), PATH, Optional.of(Path.of("/"))));
    assertThat(printed.out()).isEqualTo("here\n");
    assertThatThrownBy(() ->
            run(new Command(List.of("./" + script.getFileName()), PATH, Optional.of(directory))))
        .isInstanceOf(ProcessStartException.class)
        .hasMessageContaining("no file");
  }

  @Test
  void readsNothing() throws Exception {
    assertThat(run("cat")).isEqualTo(new Exit(0, 0, 0));
  }

  @Test
  void leadsASessionOfItsOwn() throws Exception {
    run("sh", "-c", "cut -d' ' -f1,5,6 /proc/$$/stat");
    String[] ids = printed.out().strip().split(" ");
    assertThat(ids[1]).isEqualTo(ids[0]);
    assertThat(ids[2]).isEqualTo(ids[0]);
  }

  @Test
  void inheritsNoDescriptor() throws Exception {
    // Sockets of the JDK are inheritable.
    try (var socket = new java.net.ServerSocket(0)) {
      assertThat(socket.isBound()).isTrue();
      run("ls", "/proc/self/fd");
    }
    // The fourth is what ls itself opened to list them.
    assertThat(printed.out()).isEqualTo("0\n1\n2\n3\n");
  }

  @Test
  void runsAScriptWithoutFirstLineAsShellsDo() throws Exception {
    run(script("echo \"$1\"\n", "rwxr-xr-x").toString(), "plain");
    assertThat(printed.out()).isEqualTo("plain\n");
  }

  @Test
  void saysWhatIsWrongWithAProgram() throws Exception {
    assertRefused("no such program on PATH \"/usr/local/bin:/usr/bin:/bin\"", "no-such-program");
    assertRefused("no file \"/no/such\"", "/no/such");
    assertRefused("\"/usr\" is a directory", "/usr");
    assertRefused("the name of the program is empty", "");
    Path plain = script("#!/bin/sh\n", "rw-r--r--");
    // Root may execute whatever anybody may, and nobody may execute this.
    assertRefused("\"" + plain + "\" is not executable; run chmod +x on it", plain.toString());
    assertThatThrownBy(() -> run(new Command(List.of("true"), PATH, Optional.of(plain))))
        .isInstanceOf(ProcessStartException.class)
        .hasMessage("cannot start \"true\" in \"" + plain + "\": not a directory");
    assertThatThrownBy(() -> run(new Command(List.of("true"), PATH, Optional.of(Path.of("/no")))))
        .isInstanceOf(ProcessStartException.class)
        .hasMessage("cannot start \"true\" in \"/no\": no such directory");
  }

  @Test
  void endsWithTheProcessAndNotWithALeftOverChildThatKeepsThePipe() throws Exception {
    long begun = System.nanoTime();
    Exit exit = run("sh", "-c", "sleep 600 & echo $!; exit 3");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    assertThat(exit).isEqualTo(new Exit(3, 0, 1));
    assertGone(printed.out().strip());
  }

  @Test
  void endsLeftOverChildrenThatIgnoreTerm() throws Exception {
    Exit exit =
        run("sh", "-c", "sh -c 'trap \"\" TERM; echo $$; exec sleep 600' & sleep 0.3; exit 0");
    assertThat(exit).isEqualTo(new Exit(0, 0, 1));
    assertGone(printed.out().strip());
  }

  @Test
  void endsWhatForkedTwiceIntoASessionOfItsOwn() throws Exception {
    Exit exit =
        run(
            command(
                Map.of("PATH", PATH.get("PATH") + "", ProcessTable.RUN_VARIABLE, run),
                "sh",
                "-c",
                "(setsid sh -c 'echo $$; exec sleep 600' &) ; sleep 0.3; exit 4"));
    assertThat(exit).isEqualTo(new Exit(4, 0, 1));
    assertGone(printed.out().strip());
  }

  @Test
  void asksTheWholeSessionToEndAndLetsItFinish() throws Exception {
    Exit exit =
        runAndStop(
            Duration.ofSeconds(30),
            "sh",
            "-c",
            "trap 'echo cleaned; exit 7' TERM; echo $$; while :; do sleep 0.1; done");
    assertThat(exit.code()).isEqualTo(7);
    assertThat(printed.out()).endsWith("cleaned\n");
  }

  @Test
  void killsAfterTheGraceWhatIgnoresTerm() throws Exception {
    long begun = System.nanoTime();
    Exit exit =
        runAndStop(
            Duration.ofMillis(300),
            "sh",
            "-c",
            "trap '' TERM; echo $$; while :; do sleep 0.1; done");
    assertThat(exit.code()).isEqualTo(137);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    assertGone(printed.out().lines().findFirst().orElseThrow());
  }

  @Test
  void carries100MegabytesInOneLineByteForByte() throws Exception {
    long bytes = 100L << 20;
    MessageDigest got = MessageDigest.getInstance("SHA-256");
    AtomicLong length = new AtomicLong();
    try (LocalProcess process =
        processes.start(shell("head -c " + bytes + " /dev/zero | tr '\\0' x; echo"))) {
      Exit exit =
          process.await((_, buffer, offset, count) -> {
            got.update(buffer, offset, count);
            length.addAndGet(count);
          });
      assertThat(exit.code()).isZero();
    }
    MessageDigest wanted = MessageDigest.getInstance("SHA-256");
    byte[] block = "x".repeat(1 << 20).getBytes(UTF_8);
    for (int i = 0; i < 100; i++) {
      wanted.update(block);
    }
    wanted.update((byte) '\n');
    assertThat(length.get()).isEqualTo(bytes + 1);
    assertThat(HexFormat.of().formatHex(got.digest()))
        .isEqualTo(HexFormat.of().formatHex(wanted.digest()));
  }

  @Test
  void deliversEverythingThatWasWrittenBeforeTheEnd() throws Exception {
    // A full pipe on both sides and an end in the same moment, with the pipes held open.
    Exit exit = run("sh", "-c", "sleep 60 & head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2");
    assertThat(exit.code()).isZero();
    assertThat(printed.out()).hasSize(60000);
    assertThat(printed.err()).hasSize(60000);
  }

  @Test
  void aSlowReaderHoldsUpNobodyElse() throws Exception {
    try (LocalProcess flood = processes.start(shell("yes"));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Object hold = new Object();
      Future<Exit> stuck;
      synchronized (hold) {
        stuck =
            threads.submit(() ->
                flood.await((_, _, _, _) -> {
                  synchronized (hold) {
                    hold.notifyAll();
                  }
                }));
        for (int i = 0; i < 20; i++) {
          assertThat(run("true").code()).isZero();
        }
        flood.stop(Duration.ZERO);
      }
      assertThat(stuck.get(10, SECONDS).code()).isEqualTo(137);
    }
  }

  @Test
  void throwsWhatTheSinkThrowsAndEndsTheProcessWhenClosed() throws Exception {
    ProcessMark mark;
    try (LocalProcess process = processes.start(shell("echo x; exec sleep 600"))) {
      mark = process.mark();
      assertThatThrownBy(() ->
              process.await((_, _, _, _) -> {
                throw new IllegalStateException("disk full");
              }))
          .hasMessage("disk full");
    }
    assertGone(Long.toString(mark.pid()));
  }

  @Test
  void anInterruptLeavesTheProcessAlone() throws Exception {
    try (LocalProcess process = processes.start(shell("echo $$; exec sleep 600"))) {
      Thread thread = Thread.currentThread();
      Thread.ofVirtual()
          .start(() -> {
            try {
              printed.awaitLine();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            thread.interrupt();
          });
      assertThatThrownBy(() -> process.await(printed)).isInstanceOf(InterruptedException.class);
      assertThat(ProcessTable.mark(process.mark().pid())).isEqualTo(process.mark());
      process.stop(Duration.ofSeconds(5));
      assertThat(process.await(printed).code()).isEqualTo(143);
      assertThat(process.await(printed).code()).isEqualTo(143);
    }
  }

  @Test
  void closingEndsWhatLives() throws Exception {
    LocalProcess process = processes.start(shell("trap '' TERM; sleep 600 & sleep 600"));
    processes.close();
    assertGone(Long.toString(process.mark().pid()));
    process.close();
    assertThatThrownBy(() -> processes.start(shell("true")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void runsHundredsAtOnceAndLeavesNeitherDescriptorsNorZombies() throws Exception {
    int atOnce = atOnce();
    run("true");
    System.gc();
    int before = descriptors();
    List<Callable<Exit>> calls = new ArrayList<>();
    for (int i = 0; i < atOnce; i++) {
      String code = Integer.toString(i % 200);
      calls.add(() -> {
        try (LocalProcess process = processes.start(shell("exit " + code))) {
          return process.await(printed);
        }
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Exit>> exits = threads.invokeAll(calls);
      for (int i = 0; i < atOnce; i++) {
        assertThat(exits.get(i).get().code()).isEqualTo(i % 200);
      }
    }
    // The JDK closes its own a moment after the end.
    eventually(() -> descriptors() <= before + 2);
    long self = ProcessHandle.current().pid();
    eventually(() ->
        ProcessTable.snapshot().stream().noneMatch(row -> row.isZombie() && row.parent() == self));
  }

  /// How many of the hundreds.
  int atOnce() {
    return 500;
  }

  @Test
  void takesTheEndNoticesOfOrphans() throws Exception {
    run("sh", "-c", "(sleep 0.1 &); sleep 0.4");
    long self = ProcessHandle.current().pid();
    assertThat(ProcessTable.snapshot()).noneMatch(row -> row.isZombie() && row.parent() == self);
  }

  @Test
  void survivorsAreFoundByMarkAndByRunAndEnded() throws Exception {
    try (LocalProcess byRun =
            processes.start(
                command(
                    Map.of("PATH", "/usr/bin:/bin", ProcessTable.RUN_VARIABLE, run),
                    "sh",
                    "-c",
                    "sleep 600; :"));
        LocalProcess byMark = processes.start(shell("trap '' TERM; sleep 600 & sleep 600; :"));
        LocalProcess stranger = processes.start(shell("sleep 600; :"))) {
      ProcessMark reused = new ProcessMark(stranger.mark().pid(), byRun.mark().start() + "0");
      Thread.sleep(200);
      Survivors.Ended ended =
          Survivors.look(new SystemTime())
              .end(
                  java.util.Set.of(run, "unknown"),
                  List.of(byMark.mark(), reused, new ProcessMark(stranger.mark().pid(), "")),
                  Duration.ofMillis(300));
      assertThat(ended.remaining()).isEmpty();
      assertThat(ended.found()).isEqualTo(5);
      assertGone(Long.toString(byRun.mark().pid()));
      assertGone(Long.toString(byMark.mark().pid()));
      assertThat(ProcessTable.mark(stranger.mark().pid())).isEqualTo(stranger.mark());
    }
  }

  private Exit runAndStop(Duration grace, String... words) throws Exception {
    try (LocalProcess process = processes.start(command(PATH, words))) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              printed.awaitLine();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            process.stop(grace);
          });
      return process.await(printed);
    }
  }

  final Exit run(String... words) throws Exception {
    return run(command(PATH, words));
  }

  private Exit run(Command command) throws Exception {
    try (LocalProcess process = processes.start(command)) {
      return process.await(printed);
    }
  }

  private void assertRefused(String words, String program) {
    assertThatThrownBy(() -> run(program))
        .isInstanceOf(ProcessStartException.class)
        .hasMessageStartingWith("cannot start \"" + program + "\": ")
        .hasMessageContaining(words);
  }

  private Path script(String text, String permissions) throws IOException {
    Path file = Files.createTempFile(directory, "script", "");
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  /// Neither alive nor a zombie that waits for us.
  private static void assertGone(String pid) {
    assertThat(pid).matches("\\d+");
    assertThat(ProcessTable.find(Long.parseLong(pid)).filter(row -> !row.isZombie())).isEmpty();
  }

  private static Command shell(String script) {
    return command(PATH, "sh", "-c", script);
  }

  static Command command(Map<String, String> environment, String... words) {
    return new Command(List.of(words), environment, Optional.empty());
  }

  static int descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }

  private static void eventually(Callable<Boolean> condition) throws Exception {
    long until = System.nanoTime() + 5_000_000_000L;
    while (!condition.call() && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    assertThat(condition.call()).isTrue();
  }
}
