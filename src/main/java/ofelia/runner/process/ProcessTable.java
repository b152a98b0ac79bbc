package ofelia.runner.process;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The processes of this machine as they stand at one moment: from `/proc` where there is one, else
/// from what the JDK knows.
final class ProcessTable {

  /// The variable by which every process of a run is known.
  static final String RUN_VARIABLE = "OFELIA_RUN_ID";

  private static final Path PROC = Path.of("/proc");
  private static final boolean HAS_PROC = Files.isReadable(PROC.resolve("self/stat"));
  private static final String BOOT = HAS_PROC ? bootId() : "";
  private static final byte[] RUN_PREFIX = (RUN_VARIABLE + "=").getBytes(StandardCharsets.US_ASCII);

  private ProcessTable() {}

  /// One process.
  ///
  /// @param session the id of its session, which is that of the process that began it; 0 where the
  ///   system does not say
  /// @param start as in [ProcessMark]
  record Row(long pid, long parent, long session, boolean isZombie, String start) {

    ProcessMark mark() {
      return new ProcessMark(pid, start);
    }
  }

  static List<Row> snapshot() {
    List<Row> rows = new ArrayList<>();
    if (!HAS_PROC) {
      ProcessHandle.allProcesses().forEach(handle -> rows.add(row(handle)));
      return rows;
    }
    String[] names = PROC.toFile().list();
    if (names != null) {
      for (String name : names) {
        if (Character.isDigit(name.charAt(0))) {
          find(Long.parseLong(name)).ifPresent(rows::add);
        }
      }
    }
    return rows;
  }

  static Optional<Row> find(long pid) {
    if (!HAS_PROC) {
      return ProcessHandle.of(pid).map(ProcessTable::row);
    }
    try {
      return Optional.of(parse(pid, read("/proc/" + pid + "/stat", 1024)));
    } catch (IOException _) {
      // It has ended since it was listed.
      return Optional.empty();
    }
  }

  static ProcessMark mark(long pid) {
    return find(pid).map(Row::mark).orElseGet(() -> new ProcessMark(pid, ""));
  }

  /// The run that the process says it belongs to. Absent too where the system does not let us look.
  static Optional<String> findRun(long pid) {
    if (!HAS_PROC) {
      return Optional.empty();
    }
    try {
      // ARG_MAX bounds what a process starts with: a quarter of its stack limit, 6 MB at most.
      return findRun(read("/proc/" + pid + "/environ", 6 << 20));
    } catch (IOException _) {
      // It has ended, or belongs to another user.
      return Optional.empty();
    }
  }

  /// Adds to `chosen` all descendants of those in it, without this program itself.
  static List<Row> withDescendants(List<Row> rows, Predicate<Row> chosen) {
    long self = ProcessHandle.current().pid();
    Set<Long> ids = new HashSet<>();
    List<Row> found = new ArrayList<>();
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Row row : rows) {
        if (row.pid() != self
            && !ids.contains(row.pid())
            && (ids.contains(row.parent()) || chosen.test(row))) {
          ids.add(row.pid());
          found.add(row);
          grew = true;
        }
      }
    }
    return found;
  }

  /// The children of this program that other processes left to it, and some that it started itself;
  /// absent where the kernel does not list them.
  ///
  /// Orphans go to the first thread of the process that takes them (`find_new_reaper` in the
  /// kernel's `exit.c`), so that one thread's list is enough.
  static Optional<List<Long>> findAdopted() {
    long self = ProcessHandle.current().pid();
    try {
      return Optional.of(children(self, Long.toString(self)));
    } catch (IOException _) {
      // A kernel without CONFIG_PROC_CHILDREN.
      return Optional.empty();
    }
  }

  /// The process and all that descend from it, where the kernel lists children.
  static List<Row> tree(long root) {
    List<Row> found = new ArrayList<>();
    Set<Long> seen = new HashSet<>(Set.of(root));
    Deque<Long> left = new ArrayDeque<>(seen);
    while (!left.isEmpty()) {
      long pid = left.remove();
      find(pid).ifPresent(found::add);
      for (long child : children(pid)) {
        if (seen.add(child)) {
          left.add(child);
        }
      }
    }
    return found;
  }

  private static List<Long> children(long pid) {
    List<Long> pids = new ArrayList<>();
    String[] threads = new File("/proc/" + pid + "/task").list();
    if (threads != null) {
      for (String thread : threads) {
        try {
          pids.addAll(children(pid, thread));
        } catch (IOException _) {
          // The thread has ended since; its children went to another one or to us.
        }
      }
    }
    return pids;
  }

  private static List<Long> children(long pid, String thread) throws IOException {
    byte[] list = read("/proc/" + pid + "/task/" + thread + "/children", Integer.MAX_VALUE);
    String text = new String(list, StandardCharsets.US_ASCII);
    List<Long> pids = new ArrayList<>();
    int from = 0;
    for (int to = text.indexOf(' '); to >= 0; to = text.indexOf(' ', from)) {
      pids.add(Long.parseLong(text, from, to, 10));
      from = to + 1;
    }
    return pids;
  }

  /// Reads one line of `/proc/PID/stat`. The second field, the program's name, may hold blanks and
  /// brackets, so the others are counted from its last bracket.
  static Row parse(long pid, byte[] line) throws IOException {
    String text = new String(line, StandardCharsets.ISO_8859_1);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", 21);
    if (fields.length < 21) {
      throw new IOException("unexpected form of /proc/" + pid + "/stat: \"" + text + "\"");
    }
    return new Row(
        pid,
        Long.parseLong(fields[1]),
        Long.parseLong(fields[3]),
        fields[0].equals("Z") || fields[0].equals("X"),
        BOOT + ":" + fields[19]);
  }

  static Optional<String> findRun(byte[] environment) {
    int at = 0;
    while (at < environment.length) {
      int end = at;
      while (end < environment.length && environment[end] != 0) {
        end++;
      }
      int value = at + RUN_PREFIX.length;
      if (value <= end && Arrays.equals(environment, at, value, RUN_PREFIX, 0, RUN_PREFIX.length)) {
        return Optional.of(new String(environment, value, end - value, StandardCharsets.UTF_8));
      }
      at = end + 1;
    }
    return Optional.empty();
  }

  private static Row row(ProcessHandle handle) {
    return new Row(
        handle.pid(),
        handle.parent().map(ProcessHandle::pid).orElse(0L),
        0,
        !handle.isAlive(),
        handle.info().startInstant().map(at -> String.valueOf(at.toEpochMilli())).orElse(""));
  }

  private static byte[] read(String file, int limit) throws IOException {
    try (FileInputStream in = new FileInputStream(file)) {
      return in.readNBytes(limit);
    }
  }

  private static String bootId() {
    try {
      return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException _) {
      // A sandbox that hides it: the ticks alone still tell processes of one boot apart.
      return "";
    }
  }
}
