package ofelia.runner.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// The functions of Linux's C library that start and watch processes, glibc and musl.
///
/// Each returns what the function does, or the error number as a negative value where the function
/// would set `errno`, so that a caller has one number to look at (the kernel's own convention).
/// Numbers and layouts are those of `asm-generic`, which amd64, aarch64 and riscv64 share;
/// [SpawnedProcesses#open] turns other machines away.
///
/// Linking costs some milliseconds for each *shape* (types and options), none of which an AOT cache
/// keeps, so functions share shapes where the calling conventions of Linux let them.
///
/// Functions that return at once are called as *critical*: the call then costs a few nanoseconds
/// and may be given arrays of the heap. What can block is not.
@SuppressWarnings("restricted") // downcalls are what it is for
final class Libc {

  static final int EINTR = 4;
  static final int ENOENT = 2;
  static final int E2BIG = 7;
  static final int ENOEXEC = 8;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int ENFILE = 23;
  static final int EMFILE = 24;

  static final int WNOHANG = 1;
  static final int EPOLLIN = 0x001;
  static final int EPOLLET = 1 << 31;
  static final boolean HAS_CLOSEFROM;

  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_GETPIPE_SZ = 1032;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final long SYS_PIDFD_OPEN = 434;

  /// `struct epoll_event` is packed on amd64 and on no other machine.
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

  static final long EPOLL_EVENT_BYTES = PACKED ? 12 : 16;
  private static final long EPOLL_EVENT_TAG = PACKED ? 4 : 8;

  private static final int POSIX_SPAWN_SETSIGDEF = 0x04;
  private static final int POSIX_SPAWN_SETSIGMASK = 0x08;
  private static final int POSIX_SPAWN_SETSID = 0x80;

  /// More than `posix_spawnattr_t` (336 bytes in glibc), `posix_spawn_file_actions_t` (80) and
  /// `sigset_t` (128) take anywhere.
  private static final long STRUCT_BYTES = 512;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final Linker.Option AT_ONCE = Linker.Option.critical(true);

  private static final MethodHandle SPAWN =
      link(
          "posix_spawn",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle ACTIONS_INIT = pointerCall("posix_spawn_file_actions_init");
  private static final MethodHandle ACTIONS_DESTROY =
      pointerCall("posix_spawn_file_actions_destroy");
  private static final MethodHandle ACTIONS_DUP2 =
      link(
          "posix_spawn_file_actions_adddup2",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          AT_ONCE);
  private static final MethodHandle ACTIONS_CHDIR =
      link(
          "posix_spawn_file_actions_addchdir_np",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS),
          AT_ONCE);
  private static final MethodHandle ACTIONS_CLOSE;
  private static final MethodHandle PIPE2 =
      link("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO, AT_ONCE);
  private static final MethodHandle OPEN =
      link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO, AT_ONCE);
  private static final MethodHandle CLOSE =
      link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO, AT_ONCE);
  private static final MethodHandle EPOLL_CREATE =
      link("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO, AT_ONCE);
  private static final MethodHandle READ =
      link("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), ERRNO, AT_ONCE);
  private static final MethodHandle FCNTL =
      link(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          ERRNO,
          AT_ONCE,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle WAITPID =
      link("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), ERRNO, AT_ONCE);
  private static final MethodHandle EPOLL_CTL =
      link(
          "epoll_ctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
          ERRNO,
          AT_ONCE);
  private static final MethodHandle EPOLL_WAIT =
      link(
          "epoll_wait",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          ERRNO);
  private static final MethodHandle SYSCALL =
      link(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          ERRNO,
          AT_ONCE,
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle PRCTL =
      link(
          "prctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          ERRNO,
          AT_ONCE,
          Linker.Option.firstVariadicArg(2));

  /// The attributes of every start, never changed after they were made: a new session, no signal
  /// blocked, each signal back at its default (the JVM ignores or handles several, and what is
  /// ignored stays so in a child).
  private static final MemorySegment ATTRIBUTES;

  static {
    HAS_CLOSEFROM =
        LINKER.defaultLookup().find("posix_spawn_file_actions_addclosefrom_np").isPresent();
    ACTIONS_CLOSE =
        link(
            HAS_CLOSEFROM
                ? "posix_spawn_file_actions_addclosefrom_np"
                : "posix_spawn_file_actions_addclose",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            AT_ONCE);
    ATTRIBUTES = attributes();
  }

  private Libc() {}

  /// Begins the list of what a child does to its descriptors; [#actionsDestroy] ends its life.
  static MemorySegment actions(Arena arena) {
    MemorySegment actions = arena.allocate(STRUCT_BYTES, 16);
    requireZero(invoke(ACTIONS_INIT, actions));
    return actions;
  }

  static void actionsDestroy(MemorySegment actions) {
    invoke(ACTIONS_DESTROY, actions);
  }

  static void actionsDup2(MemorySegment actions, int from, int to) {
    try {
      requireZero((int) ACTIONS_DUP2.invokeExact(actions, from, to));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void actionsChdir(MemorySegment actions, MemorySegment directory) {
    try {
      requireZero((int) ACTIONS_CHDIR.invokeExact(actions, directory));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// Closes in the child this descriptor, and all above it where [#HAS_CLOSEFROM] says so.
  static void actionsClose(MemorySegment actions, int descriptor) {
    try {
      requireZero((int) ACTIONS_CLOSE.invokeExact(actions, descriptor));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// @return the new process's id, or a negative error number
  static int spawn(
      MemorySegment pid,
      MemorySegment program,
      MemorySegment actions,
      MemorySegment words,
      MemorySegment environment) {
    try {
      int error = (int) SPAWN.invokeExact(pid, program, actions, ATTRIBUTES, words, environment);
      return error == 0 ? pid.get(JAVA_INT, 0) : -error;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// Makes a pipe whose ends no child inherits by accident, both above the three standard
  /// descriptors; its reading end does not block.
  ///
  /// @param ends receives the reading and the writing end
  static int pipe(int[] ends) {
    int[] errno = new int[1];
    try {
      int result =
          (int)
              PIPE2.invokeExact(
                  MemorySegment.ofArray(errno), MemorySegment.ofArray(ends), O_CLOEXEC);
      if (result < 0) {
        return -errno[0];
      }
      for (int i = 0; i < 2; i++) {
        if (ends[i] <= 2) {
          // Only where this program was started with one of the three closed. The low one stays
          // open on purpose, so that no later pipe lands there again.
          ends[i] = fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
        }
      }
      return fcntl(ends[0], F_SETFL, O_NONBLOCK);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// Opens `/dev/null` for reading, above the three standard descriptors.
  static int openNothing() {
    int[] errno = new int[1];
    byte[] path = "/dev/null\0".getBytes(StandardCharsets.US_ASCII);
    try {
      int result =
          (int)
              OPEN.invokeExact(
                  MemorySegment.ofArray(errno), MemorySegment.ofArray(path), O_CLOEXEC);
      if (result < 0) {
        return -errno[0];
      }
      return result > 2 ? result : fcntl(result, F_DUPFD_CLOEXEC, 3);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void close(int descriptor) {
    try {
      // A failed close has closed as well, so there is nothing to do about it.
      int _ = (int) CLOSE.invokeExact(MemorySegment.ofArray(new int[1]), descriptor);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// @return bytes read, 0 at the end, or a negative error number
  static int read(int descriptor, byte[] buffer, int length) {
    int[] errno = new int[1];
    try {
      long result =
          (long)
              READ.invokeExact(
                  MemorySegment.ofArray(errno),
                  descriptor,
                  MemorySegment.ofArray(buffer),
                  (long) length);
      return result < 0 ? -errno[0] : (int) result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// How many bytes a pipe can hold at most.
  static int capacity(int pipe) {
    return fcntl(pipe, F_GETPIPE_SZ, 0);
  }

  /// Takes the end notice of a child if there is one.
  ///
  /// @param status receives the wait status
  /// @return the child's id, 0 while it lives, or a negative error number
  static int waitpid(int pid, int[] status) {
    int[] errno = new int[1];
    try {
      int result =
          (int)
              WAITPID.invokeExact(
                  MemorySegment.ofArray(errno), pid, MemorySegment.ofArray(status), WNOHANG);
      return result < 0 ? -errno[0] : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// A descriptor that becomes readable when the process has ended (Linux 5.3).
  static int pidfdOpen(int pid) {
    int[] errno = new int[1];
    try {
      long result =
          (long) SYSCALL.invokeExact(MemorySegment.ofArray(errno), SYS_PIDFD_OPEN, (long) pid, 0L);
      return result < 0 ? -errno[0] : (int) result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// Makes this program the one to which orphaned descendants are given, instead of the machine's
  /// first process, or lets that be again.
  static int adoptOrphans(boolean adopts) {
    int[] errno = new int[1];
    int on = adopts ? 1 : 0;
    try {
      int result =
          (int) PRCTL.invokeExact(MemorySegment.ofArray(errno), PR_SET_CHILD_SUBREAPER, on, 0);
      return result < 0 ? -errno[0] : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int epollCreate() {
    int[] errno = new int[1];
    try {
      int result = (int) EPOLL_CREATE.invokeExact(MemorySegment.ofArray(errno), O_CLOEXEC);
      return result < 0 ? -errno[0] : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// Watches a descriptor for the moments in which it becomes readable (edges).
  ///
  /// @param tag comes back with each event
  static int epollAdd(int epoll, int descriptor, long tag) {
    int[] errno = new int[1];
    byte[] event = new byte[(int) EPOLL_EVENT_BYTES];
    MemorySegment segment = MemorySegment.ofArray(event);
    segment.set(JAVA_INT.withByteAlignment(1), 0, EPOLLIN | EPOLLET);
    segment.set(JAVA_LONG.withByteAlignment(1), EPOLL_EVENT_TAG, tag);
    try {
      int result =
          (int)
              EPOLL_CTL.invokeExact(
                  MemorySegment.ofArray(errno), epoll, EPOLL_CTL_ADD, descriptor, segment);
      return result < 0 ? -errno[0] : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// What happened, of the event at `index`: a set of [#EPOLLIN] and others.
  static int happened(MemorySegment events, int index) {
    return events.get(JAVA_INT.withByteAlignment(1), index * EPOLL_EVENT_BYTES);
  }

  /// The tag of the event at `index`.
  static long tag(MemorySegment events, int index) {
    return events.get(JAVA_LONG.withByteAlignment(1), index * EPOLL_EVENT_BYTES + EPOLL_EVENT_TAG);
  }

  /// Waits for events without limit.
  ///
  /// @param errno native memory of 4 bytes, since this call may block
  /// @param events native memory
  static int epollWait(MemorySegment errno, int epoll, MemorySegment events, int capacity) {
    try {
      int result = (int) EPOLL_WAIT.invokeExact(errno, epoll, events, capacity, -1);
      return result < 0 ? -errno.get(JAVA_INT, 0) : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// The system's words for an error number, negative or not.
  static String message(int error) {
    return Words.of(error);
  }

  /// Linked when the first thing goes wrong, and till then compiled into no caller: to read a text
  /// from native memory takes more code than all the rest of a start.
  private static final class Words {

    private static final long LONGEST = 4096;
    private static final MethodHandle STRERROR =
        link(
            "strerror",
            FunctionDescriptor.of(
                ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(LONGEST, JAVA_BYTE)),
                JAVA_INT));

    static String of(int error) {
      try {
        MemorySegment text = (MemorySegment) STRERROR.invokeExact(Math.abs(error));
        return text.getString(0);
      } catch (Throwable e) {
        throw impossible(e);
      }
    }
  }

  private static int fcntl(int descriptor, int command, int argument) {
    int[] errno = new int[1];
    try {
      int result =
          (int) FCNTL.invokeExact(MemorySegment.ofArray(errno), descriptor, command, argument);
      return result < 0 ? -errno[0] : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static MemorySegment attributes() {
    MemorySegment attributes = Arena.global().allocate(STRUCT_BYTES, 16);
    requireZero(invoke(pointerCall("posix_spawnattr_init"), attributes));
    MemorySegment all = Arena.global().allocate(STRUCT_BYTES, 16).fill((byte) 0xff);
    MemorySegment none = Arena.global().allocate(STRUCT_BYTES, 16);
    FunctionDescriptor twoPointers = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
    try {
      requireZero(
          (int)
              link("posix_spawnattr_setsigdefault", twoPointers, AT_ONCE)
                  .invokeExact(attributes, all));
      requireZero(
          (int)
              link("posix_spawnattr_setsigmask", twoPointers, AT_ONCE)
                  .invokeExact(attributes, none));
      int flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
      requireZero(
          (int)
              link(
                      "posix_spawnattr_setflags",
                      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                      AT_ONCE)
                  .invokeExact(attributes, flags));
    } catch (Throwable e) {
      throw impossible(e);
    }
    return attributes;
  }

  private static MethodHandle pointerCall(String name) {
    return link(name, FunctionDescriptor.of(JAVA_INT, ADDRESS), AT_ONCE);
  }

  private static int invoke(MethodHandle handle, MemorySegment pointer) {
    try {
      return (int) handle.invokeExact(pointer);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    MemorySegment function =
        LINKER
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    return LINKER.downcallHandle(function, type, options);
  }

  private static void requireZero(int error) {
    if (error != 0) {
      throw new OutOfMemoryError("the C library could not prepare a start: " + message(error));
    }
  }

  /// A downcall throws nothing of its own: what comes here is an error of the JVM.
  private static Error impossible(Throwable e) {
    return e instanceof Error error ? error : new AssertionError("a downcall failed", e);
  }
}
