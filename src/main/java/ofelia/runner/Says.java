package ofelia.runner;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import ofelia.model.OutputChannel;
import ofelia.plugin.RunSink;

/// What a runner itself has to say, in the output of a run that has no program to print anything.
final class Says {

  private Says() {}

  static void line(RunSink sink, String text) {
    byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      sink.output(OutputChannel.STDOUT, line, 0, line.length);
    } catch (UncheckedIOException _) {
      // The sink has said so; what cannot be kept does not change the outcome.
    }
  }
}
