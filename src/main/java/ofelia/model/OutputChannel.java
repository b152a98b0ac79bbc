package ofelia.model;

/// Which of a process's two streams a piece of output came from.
public enum OutputChannel {
  STDOUT,
  STDERR
}
