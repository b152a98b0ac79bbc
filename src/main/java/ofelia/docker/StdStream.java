package ofelia.docker;

/// Which of a process's two outputs something was written to. With a terminal all is [#STDOUT].
public enum StdStream {
  STDOUT,
  STDERR
}
