package ofelia.runner.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import ofelia.runner.process.ProcessTable.Row;
import ofelia.time.Time;

/// Processes started by `posix_spawn`, on Linux.
///
/// ## How the end of a run is known to be whole
///
/// A shell that leaves a child behind, or a daemon that forked twice into a session of its own,
/// must not outlive its run. To look through all of `/proc` after each run would cost more than to
/// start the process. So this program makes itself the one that orphans are given to
/// (`PR_SET_CHILD_SUBREAPER`, `prctl(2)`): when a process has ended, every descendant that lives on
/// is, or descends from, a child that was handed to us. That list is one small file, nearly always
/// without a stranger in it. It also is the place from which end notices of such orphans are taken,
/// which nobody else would do.
///
/// An orphan in a session of its own and without `OFELIA_RUN_ID` belongs to nobody and is left
/// alone: `env -u OFELIA_RUN_ID setsid …` is how a command starts what shall outlive its run.
final class SpawnedProcesses implements Processes {

  /// Descriptors that processes may not use up, for the store, for sockets, and for looking at
  /// processes in `/proc`.
  private static final int RESERVE = 64;

  /// In place of an error number: no more processes are started.
  private static final int CLOSED = Integer.MIN_VALUE;

  private final Time time;
  private final Poller poller;
  private final int descriptors;

  /// `/dev/null`, what every process reads.
  private final int nothing;

  private final boolean adopts;
  private final long ownSession;
  private final Map<Long, SpawnedProcess> living = new ConcurrentHashMap<>();

  /// Shared while a process is started and noted; exclusive while the end notice of a child is
  /// taken that nobody has noted, so that it cannot be one just started.
  private final ReadWriteLock noting = new ReentrantReadWriteLock();

  /// A start keeps a processor busy. Were all that are due started before the first of them is
  /// attended to when it ends, each would have the pipes of all others to close.
  private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors());

  private volatile boolean closed;

  private SpawnedProcesses(Time time, Poller poller, int nothing, boolean adopts, int descriptors) {
    this.time = time;
    this.descriptors = descriptors;
    this.poller = poller;
    this.nothing = nothing;
    this.adopts = adopts;
    this.ownSession = ProcessTable.find(ProcessHandle.current().pid()).map(Row::session).orElse(0L);
  }

  /// @throws UnsupportedOperationException if the machine or the JVM lacks what is needed
  static SpawnedProcesses open(Time time) {
    return open(time, descriptorLimit());
  }

  /// @param descriptors the first number of a descriptor that no process's pipe may have
  static SpawnedProcesses open(Time time, int descriptors) {
    // Before the first look at Libc, whose numbers hold on supported machines only.
    requireSupportedMachine();
    int self = Libc.pidfdOpen((int) ProcessHandle.current().pid());
    if (self < 0) {
      throw new UnsupportedOperationException("no pidfd_open: " + Libc.message(self));
    }
    Libc.close(self);
    int nothing = Libc.openNothing();
    if (nothing < 0) {
      throw new UnsupportedOperationException("no /dev/null: " + Libc.message(nothing));
    }
    boolean adopts = Libc.adoptOrphans(true) == 0 && ProcessTable.findAdopted().isPresent();
    return new SpawnedProcesses(time, Poller.start(), nothing, adopts, descriptors);
  }

  /// The limit on this program's descriptors, without those kept for the rest of it.
  private static int descriptorLimit() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.split(" +")[3])
          .filter(soft -> !soft.equals("unlimited"))
          .mapToInt(soft -> Integer.parseInt(soft) - RESERVE)
          .findFirst()
          .orElse(Integer.MAX_VALUE);
    } catch (IOException _) {
      // The kernel will say when there are no more.
      return Integer.MAX_VALUE;
    }
  }

  private static void requireSupportedMachine() {
    String system = System.getProperty("os.name");
    String machine = System.getProperty("os.arch");
    if (!system.equals("Linux") || !Set.of("amd64", "aarch64", "riscv64").contains(machine)) {
      throw new UnsupportedOperationException("not made for " + system + " on " + machine);
    }
  }

  @Override
  public String form() {
    return adopts ? "posix_spawn" : "posix_spawn, with a look through /proc after each process";
  }

  @Override
  public LocalProcess start(Command command) throws ProcessStartException {
    Path program = ProgramSearch.requireProgram(command);
    turns.acquireUninterruptibly();
    try {
      return start(command, program);
    } finally {
      turns.release();
    }
  }

  private LocalProcess start(Command command, Path program) throws ProcessStartException {
    int[] output = pipe(command);
    int[] error;
    try {
      error = pipe(command);
    } catch (ProcessStartException e) {
      close(output);
      throw e;
    }
    SpawnedProcess process = start(command, program, output, error);
    int result = process.watch();
    if (result < 0) {
      process.close();
      throw refusal(command, result);
    }
    return process;
  }

  private SpawnedProcess start(Command command, Path program, int[] output, int[] error)
      throws ProcessStartException {
    noting.readLock().lock();
    try {
      int pid = closed ? CLOSED : spawn(command, program, output[1], error[1]);
      if (pid < 0) {
        Libc.close(output[0]);
        Libc.close(error[0]);
        throw refusal(command, pid);
      }
      ProcessMark mark = ProcessTable.mark(pid);
      int ending = Libc.pidfdOpen(pid);
      SpawnedProcess process =
          new SpawnedProcess(this, time, poller, command, mark, output[0], error[0], ending);
      living.put(mark.pid(), process);
      return process;
    } finally {
      noting.readLock().unlock();
      Libc.close(output[1]);
      Libc.close(error[1]);
    }
  }

  /// The living processes of a family: its leader, those that were left to us, and all that descend
  /// from them.
  ///
  /// @param leader absent once it has ended
  List<Row> members(Family family, OptionalLong leader) {
    Optional<List<Long>> adopted = adopts ? ProcessTable.findAdopted() : Optional.empty();
    if (adopted.isEmpty()) {
      return family.living();
    }
    List<Row> found = new ArrayList<>();
    leader.ifPresent(pid -> found.addAll(ProcessTable.tree(pid)));
    for (long pid : adopted.get()) {
      Optional<Row> row = living.containsKey(pid) ? Optional.empty() : ProcessTable.find(pid);
      if (row.isPresent() && row.get().isZombie()) {
        takeNotice(row.get());
      } else if (row.isPresent() && family.includes(row.get())) {
        found.addAll(ProcessTable.tree(pid));
      }
    }
    return family.adopt(found);
  }

  /// Takes the end notice of an orphan. Children in our own session are somebody else's, e.g. of a
  /// `ProcessBuilder` in the same program.
  private void takeNotice(Row orphan) {
    noting.writeLock().lock();
    try {
      if (!living.containsKey(orphan.pid()) && orphan.session() != ownSession) {
        Libc.waitpid((int) orphan.pid(), new int[1]);
      }
    } finally {
      noting.writeLock().unlock();
    }
  }

  /// After the end notice of the process was taken.
  void forget(SpawnedProcess process) {
    living.remove(process.mark().pid(), process);
  }

  /// A file without a first line that names its interpreter is a shell script, as for `execvp(3)`.
  ///
  /// @return the new process's id, or a negative error number
  private int spawn(Command command, Path program, int output, int error) {
    List<String> words = command.words();
    int result = spawn(command, program.toString(), words, output, error);
    if (result == -Libc.ENOEXEC) {
      List<String> shell = new ArrayList<>(words);
      shell.set(0, program.toString());
      shell.addFirst("sh");
      result = spawn(command, "/bin/sh", shell, output, error);
    }
    return result;
  }

  private int spawn(Command command, String program, List<String> words, int output, int error) {
    try (Arena arena = Arena.ofConfined()) {
      List<String> environment = new ArrayList<>();
      command.environment().forEach((name, value) -> environment.add(name + "=" + value));
      MemorySegment actions = Libc.actions(arena);
      try {
        Libc.actionsDup2(actions, nothing, 0);
        Libc.actionsDup2(actions, output, 1);
        Libc.actionsDup2(actions, error, 2);
        closeOthers(actions);
        if (command.directory().isPresent()) {
          Libc.actionsChdir(actions, arena.allocateFrom(command.directory().get().toString()));
        }
        return Libc.spawn(
            arena.allocate(JAVA_INT),
            arena.allocateFrom(program),
            actions,
            strings(arena, words),
            strings(arena, environment));
      } finally {
        Libc.actionsDestroy(actions);
      }
    }
  }

  /// The JDK's sockets are inheritable, and a child that holds the daemon's listening socket would
  /// keep the next daemon from opening it.
  private static void closeOthers(MemorySegment actions) {
    if (Libc.HAS_CLOSEFROM) {
      Libc.actionsClose(actions, 3);
      return;
    }
    String[] descriptors = new File("/proc/self/fd").list();
    if (descriptors != null) {
      for (String descriptor : descriptors) {
        if (Integer.parseInt(descriptor) > 2) {
          Libc.actionsClose(actions, Integer.parseInt(descriptor));
        }
      }
    }
  }

  /// Texts as C has them: an array of pointers that ends in a null pointer.
  private static MemorySegment strings(Arena arena, List<String> texts) {
    MemorySegment pointers = arena.allocate(ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      pointers.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
    }
    return pointers;
  }

  private int[] pipe(Command command) throws ProcessStartException {
    int[] ends = new int[2];
    int result = Libc.pipe(ends);
    if (result < 0) {
      throw refusal(command, result);
    }
    // The lowest free numbers are given out first, so they tell how many are in use.
    if (Math.max(ends[0], ends[1]) >= descriptors) {
      close(ends);
      throw refusal(command, -Libc.EMFILE);
    }
    return ends;
  }

  private static void close(int[] ends) {
    Libc.close(ends[0]);
    Libc.close(ends[1]);
  }

  private static ProcessStartException refusal(Command command, int error) {
    if (error == CLOSED) {
      throw new IllegalStateException("local processes are closed");
    }
    String advice =
        switch (-error) {
          case Libc.EMFILE, Libc.ENFILE ->
              "; each running process takes three descriptors: raise the limit on open files"
                  + " (ulimit -n), or let fewer jobs run at once";
          case Libc.EAGAIN ->
              "; the limit on processes is reached (ulimit -u, or pids.max of the cgroup)";
          case Libc.ENOMEM -> "; the machine or the cgroup is out of memory";
          case Libc.E2BIG -> "; arguments and environment are too long together";
          case Libc.ENOENT -> "; its interpreter, named in its first line, is not there";
          default -> "";
        };
    return new ProcessStartException(
        "cannot start \"" + command.words().getFirst() + "\": " + Libc.message(error) + advice);
  }

  @Override
  public void close() {
    noting.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      noting.writeLock().unlock();
    }
    // All at once by the threads that await them, then one by one.
    living.values().forEach(process -> process.stop(Duration.ZERO));
    living.values().forEach(SpawnedProcess::kill);
    poller.close();
    Libc.close(nothing);
    // It is one switch for the whole program, and nobody is left here who would wait for them.
    int _ = Libc.adoptOrphans(false);
  }
}
