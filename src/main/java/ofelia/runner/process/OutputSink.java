package ofelia.runner.process;

import ofelia.model.OutputChannel;

/// Takes the output of one process, piece by piece, each channel in the order in which it was
/// written. The order between the two is not kept.
@FunctionalInterface
public interface OutputSink {

  /// Takes one piece. It may block: the process then waits, as it would for a full pipe. The array
  /// is used again after the call returns, so whoever keeps the bytes copies them. Two threads may
  /// call at once, each for a channel of its own.
  ///
  /// @param length at least 1
  void accept(OutputChannel channel, byte[] buffer, int offset, int length);
}
