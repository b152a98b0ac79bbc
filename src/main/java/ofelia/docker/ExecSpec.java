package ofelia.docker;

import io.avaje.jsonb.Json;
import java.util.List;

/// A process to be run inside a running container.
///
/// @param env `NAME=value` each, added to the container's own (API 1.25)
/// @param user `USER[:GROUP]`; empty for the container's own
/// @param workingDir empty for the container's own (API 1.35)
/// @param tty whether it gets a terminal, in which its two outputs become one
@Json
public record ExecSpec(
    @Json.Property("Cmd") List<String> command,
    @Json.Property("Env") List<String> env,
    @Json.Property("User") String user,
    @Json.Property("WorkingDir") String workingDir,
    @Json.Property("Tty") boolean tty,
    @Json.Property("Privileged") boolean privileged,
    @Json.Property("AttachStdout") boolean stdout,
    @Json.Property("AttachStderr") boolean stderr) {

  public ExecSpec {
    command = Absent.orEmpty(command);
    env = Absent.orEmpty(env);
    user = Absent.orEmpty(user);
    workingDir = Absent.orEmpty(workingDir);
  }

  /// A command with both outputs attached.
  public static ExecSpec of(List<String> command) {
    return new ExecSpec(command, List.of(), "", "", false, false, true, true);
  }

  public ExecSpec withEnv(List<String> next) {
    return new ExecSpec(command, next, user, workingDir, tty, privileged, stdout, stderr);
  }

  public ExecSpec withUser(String next) {
    return new ExecSpec(command, env, next, workingDir, tty, privileged, stdout, stderr);
  }

  public ExecSpec withWorkingDir(String next) {
    return new ExecSpec(command, env, user, next, tty, privileged, stdout, stderr);
  }

  public ExecSpec withTty(boolean next) {
    return new ExecSpec(command, env, user, workingDir, next, privileged, stdout, stderr);
  }

  public ExecSpec withPrivileged(boolean next) {
    return new ExecSpec(command, env, user, workingDir, tty, next, stdout, stderr);
  }
}
