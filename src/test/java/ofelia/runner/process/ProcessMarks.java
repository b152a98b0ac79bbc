package ofelia.runner.process;

/// Lets tests of other packages look at a process as the kernel knows it.
public final class ProcessMarks {

  private ProcessMarks() {}

  public static String start(long pid) {
    return ProcessTable.mark(pid).start();
  }
}
