package ofelia.runner;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ofelia.docker.Container;
import ofelia.docker.ContainerOutput;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.ExecSpec;
import ofelia.wire.Idle;

/// The processes of one run inside a container that goes on without it: counts them, and signals
/// them.
///
/// ## How they are found
///
/// The engine has no call that signals an exec, so a second exec does it: a small shell script that
/// looks through `/proc` of the container. Processes of the run are those with its `OFELIA_RUN_ID`
/// in their environment, those in a session of such a process (the container runtime begins one for
/// each exec), and the children of all these. So one that clears its environment is found by its
/// session or its parent, and one that begins a session of its own by its environment. The session
/// of the container's first process is nobody's, nor is that of the script itself. Each process is
/// known by its id and its start, which is read again right before the signal.
///
/// The script runs as root with all capabilities, since the environment of another user's process
/// can be read in no other way; where the engine, or a proxy before it, forbids that, it runs as
/// the job's user. It needs `sh` and `tr` in the container, and nothing else.
///
/// Used by one thread at a time.
final class ContainerProcesses {

  /// What a look through the container came to.
  sealed interface Pass {

    /// @param alive how many there were; each got the signal
    record Counted(int alive) implements Pass {}

    /// The container has no means to look or to signal, and never will.
    ///
    /// @param why for people
    record NoMeans(String why) implements Pass {}

    /// It did not come to an end this time, as where a container has no memory or no process left.
    ///
    /// @param why for people
    record Unknown(String why) implements Pass {}
  }

  /// The signal that is none: processes are counted only.
  static final String LOOK = "0";

  private static final String SCRIPT =
      """
      command -v tr >/dev/null || { echo 'ofelia: no tr'; exit 0; }
      mark=$1 signal=$2 table= first= ours=' ' sessions=' ' nobodys=' 0 1 ' alive=0
      line='
      '
      for dir in /proc/[0-9]*; do
        { read -r stat <"$dir/stat"; } 2>/dev/null || continue
        set -- ${stat##*) }
        pid=${dir#/proc/}
        case $pid in
          1) nobodys="$nobodys$4 " first=$4 ;;
          $$) nobodys="$nobodys$4 " ;;
        esac
        case $1 in Z | X | x) continue ;; esac
        table="$table $pid:$2:$4:${20}"
      done
      for row in $table; do
        IFS=:; set -- $row; IFS=' '
        [ "$3" = 0 ] || [ "$3" != "$first" ] || continue
        environ=$({ tr '\\0' '\\n' <"/proc/$1/environ"; } 2>/dev/null)
        case $line$environ$line in *"$line$mark$line"*) ours="$ours$1 " ;; esac
      done
      while :; do
        before=$ours$sessions
        for row in $table; do
          IFS=:; set -- $row; IFS=' '
          case $ours in *" $1 "*)
            case $nobodys$sessions in *" $3 "*) ;; *) sessions="$sessions$3 " ;; esac
            continue ;;
          esac
          case $1 in 1 | $$) continue ;; esac
          case $ours in *" $2 "*) ours="$ours$1 "; continue ;; esac
          case $sessions in *" $3 "*) ours="$ours$1 " ;; esac
        done
        [ "$before" != "$ours$sessions" ] || break
      done
      for row in $table; do
        IFS=:; set -- $row; IFS=' '
        case $ours in *" $1 "*) ;; *) continue ;; esac
        pid=$1 start=$4
        { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || continue
        set -- ${stat##*) }
        [ "${20}" = "$start" ] || continue
        case $1 in Z | X | x) continue ;; esac
        alive=$((alive + 1))
        [ "$signal" = 0 ] || kill -s "$signal" "$pid" 2>/dev/null
      done
      echo "ofelia: $alive"
      """;

  private static final Pattern ANSWER = Pattern.compile("(?m)^ofelia: (\\d{1,9}|no tr)\\r?$");

  /// What container runtimes say where there is no such program, or none that may run.
  private static final Pattern NO_PROGRAM =
      Pattern.compile("executable file .*not found|exec format error|permission denied");

  private static final int NOT_FOUND = 127;

  private static final String VARIABLE = "OFELIA_RUN_ID=";

  /// How long the script may be silent, which takes milliseconds: a container may be starved.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int LONGEST_ANSWER = 4_096;

  private final DockerClient client;
  private final Supplier<String> container;
  private final String user;
  private boolean mayBeRoot = true;

  /// @param container its id, or its name where that is not known yet
  /// @param user the job's, to look as where the engine does not let root
  ContainerProcesses(DockerClient client, Supplier<String> container, String user) {
    this.client = client;
    this.container = container;
    this.user = user;
  }

  /// The command that signals the processes of a run; see [#SCRIPT].
  static List<String> command(String run, String signal) {
    return List.of("sh", "-c", SCRIPT, "ofelia", VARIABLE + run, signal);
  }

  /// Signals all processes of a run.
  ///
  /// @param signal a name without `SIG`, or [#LOOK]
  /// @throws DockerException when it cannot be done at present: the engine is away, the container
  ///   paused
  Pass signal(String run, String signal) throws InterruptedException {
    try {
      return pass(command(run, signal), List.of());
    } catch (DockerRefusedException e) {
      if (isOver(e)) {
        return new Pass.Counted(0);
      }
      throw e;
    }
  }

  /// Whether processes in this container can be ended: a script that does not find itself finds
  /// nobody.
  ///
  /// @throws DockerException when that cannot be known at present
  Pass tryOut() throws InterruptedException {
    String nobody = "means";
    Pass pass = pass(command(nobody, LOOK), List.of(VARIABLE + nobody));
    return pass.equals(new Pass.Counted(0))
        ? new Pass.NoMeans("its /proc does not show processes")
        : pass;
  }

  private Pass pass(List<String> command, List<String> env) throws InterruptedException {
    ExecSpec spec = ExecSpec.of(command).withEnv(env);
    Optional<Pass> asRoot = Optional.empty();
    if (mayBeRoot) {
      try {
        asRoot = Optional.of(answer(spec.withUser("0").withPrivileged(true)));
        if (asRoot.get() instanceof Pass.Counted) {
          return asRoot.get();
        }
      } catch (DockerRefusedException e) {
        if (e.isNotFound() || e.isConflict()) {
          throw e;
        }
        // What is forbidden stays so; what the engine blames itself for need not.
        mayBeRoot = e.isServerError();
      }
    }
    Pass asUser = answer(spec.withUser(user));
    boolean isKnownAlready = asRoot.filter(Pass.NoMeans.class::isInstance).isPresent();
    return isKnownAlready && asUser instanceof Pass.Unknown ? asRoot.orElseThrow() : asUser;
  }

  private Pass answer(ExecSpec spec) throws InterruptedException {
    String execId = Asking.once(() -> client.execs().create(container.get(), spec, Asking.soon()));
    String said = Asking.once(() -> output(execId));
    if (Thread.interrupted()) {
      throw new InterruptedException("told to leave");
    }
    Matcher answer = ANSWER.matcher(said);
    if (!answer.find()) {
      return isWithoutShell(execId, said)
          ? new Pass.NoMeans("there is no sh")
          : new Pass.Unknown(
              "what looks for its processes did not come to an end there"
                  + (said.isBlank() ? "" : ": " + said.strip().lines().findFirst().orElse("")));
    }
    return answer.group(1).equals("no tr")
        ? new Pass.NoMeans("there is no tr")
        : new Pass.Counted(Integer.parseInt(answer.group(1)));
  }

  /// The script itself never ends with this code.
  private boolean isWithoutShell(String execId, String said) throws InterruptedException {
    if (NO_PROGRAM.matcher(said).find()) {
      return true;
    }
    OptionalInt exit = Asking.once(() -> client.execs().inspect(execId, Asking.soon())).exitCode();
    return exit.isPresent() && exit.getAsInt() == NOT_FOUND;
  }

  private String output(String execId) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (ContainerOutput output =
        client.execs().start(execId, false, Asking.soon(), Idle.limitedTo(PATIENCE))) {
      var _ =
          output.copyTo((_, bytes, offset, length) ->
              said.write(bytes, offset, Math.min(length, LONGEST_ANSWER - said.size())));
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  /// Whether there is nothing to signal any more: the container is gone, or has ended.
  private boolean isOver(DockerRefusedException refusal) throws InterruptedException {
    if (refusal.isNotFound()) {
      return true;
    }
    if (!refusal.isConflict()) {
      return false;
    }
    try {
      Container.State state =
          Asking.once(() -> client.containers().inspect(container.get(), Asking.soon())).state();
      return !state.running() || state.restarting();
    } catch (DockerRefusedException e) {
      return e.isNotFound();
    }
  }
}
