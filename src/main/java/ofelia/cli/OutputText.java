package ofelia.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import ofelia.ledger.History.OutputReader;
import ofelia.model.OutputChannel;

/// Writes output as it was, byte for byte, each channel to its own stream.
final class OutputText implements OutputReader {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT);

  /// How often it is asked whether anybody still reads.
  private static final int PIECES_PER_LOOK = 16;

  private final boolean timestamps;
  private final Console console;

  /// The channels whose next byte begins a line.
  private final Set<OutputChannel> atLineStart = EnumSet.allOf(OutputChannel.class);

  private long pieces;

  OutputText(boolean timestamps, Console console) {
    this.timestamps = timestamps;
    this.console = console;
  }

  @Override
  public void piece(OutputChannel channel, long atMillis, byte[] bytes, int offset, int length) {
    if (++pieces % PIECES_PER_LOOK == 0) {
      console.requireReader();
    }
    PrintStream stream = channel == OutputChannel.STDOUT ? console.out() : console.err();
    if (!timestamps) {
      stream.write(bytes, offset, length);
      return;
    }
    int begin = offset;
    int end = offset + length;
    while (begin < end) {
      if (atLineStart.remove(channel)) {
        stream.print(TIME.format(Instant.ofEpochMilli(atMillis).atZone(console.zone())) + " ");
      }
      int next = begin;
      while (next < end && bytes[next] != '\n') {
        next++;
      }
      boolean isWhole = next < end;
      stream.write(bytes, begin, next - begin + (isWhole ? 1 : 0));
      if (isWhole) {
        atLineStart.add(channel);
      }
      begin = next + 1;
    }
  }

  @Override
  public void mark(long atMillis, String text) {
    console.out().flush();
    console.err().println("[ofelia: " + text + "]");
  }
}
