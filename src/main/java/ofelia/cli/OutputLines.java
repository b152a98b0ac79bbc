package ofelia.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import ofelia.ledger.History.OutputReader;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;

/// Writes output as JSON, an object for each piece.
final class OutputLines implements OutputReader {

  private final RunId run;
  private final JsonLines<LogPiece> lines;
  private final Map<OutputChannel, Decoder> decoders = new EnumMap<>(OutputChannel.class);

  OutputLines(RunId run, Console console) {
    this.run = run;
    this.lines = JsonLines.of(LogPiece.class, console);
  }

  @Override
  public void piece(OutputChannel channel, long atMillis, byte[] bytes, int offset, int length) {
    Decoder decoder = decoders.computeIfAbsent(channel, _ -> new Decoder());
    String text = decoder.decode(bytes, offset, length);
    print(atMillis, channel == OutputChannel.STDOUT ? "stdout" : "stderr", text);
  }

  @Override
  public void mark(long atMillis, String text) {
    print(atMillis, "mark", text);
  }

  private void print(long atMillis, String channel, String text) {
    lines.print(
        new LogPiece(run.toString(), Instant.ofEpochMilli(atMillis).toString(), channel, text));
  }

  /// Decodes UTF-8 whose characters may be split between pieces; what is not UTF-8 becomes U+FFFD.
  private static final class Decoder {
    private final CharsetDecoder utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /// At most three bytes of a character that was begun.
    private byte[] begun = new byte[0];

    String decode(byte[] bytes, int offset, int length) {
      ByteBuffer in = ByteBuffer.allocate(begun.length + length);
      in.put(begun).put(bytes, offset, length).flip();
      CharBuffer out = CharBuffer.allocate(in.remaining());
      utf8.decode(in, out, false);
      begun = new byte[in.remaining()];
      in.get(begun);
      return out.flip().toString();
    }
  }
}
