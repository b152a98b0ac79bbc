package ofelia.docker;

import ofelia.model.OutputChannel;

/// Takes what a process prints, in the order in which the engine sends it.
@FunctionalInterface
public interface OutputSink {

  /// Takes the bytes from `offset`, `length` of them. The array is reused when the call returns.
  /// The pieces have no meaning: neither lines nor characters end with them.
  void accept(OutputChannel channel, byte[] bytes, int offset, int length);
}
