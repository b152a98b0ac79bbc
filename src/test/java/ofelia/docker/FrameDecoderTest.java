package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import ofelia.model.OutputChannel;
import ofelia.wire.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {

  private static final class Collected implements OutputSink {
    final Map<OutputChannel, ByteArrayOutputStream> bytes = new EnumMap<>(OutputChannel.class);

    @Override
    public void accept(OutputChannel channel, byte[] from, int offset, int length) {
      bytes.computeIfAbsent(channel, _ -> new ByteArrayOutputStream()).write(from, offset, length);
    }

    String of(OutputChannel channel) {
      ByteArrayOutputStream all = bytes.get(channel);
      return all == null ? "" : all.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private static byte[] frame(int stream, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(8 + bytes.length)
        .putInt(stream << 24)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static byte[] frames(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  @Test
  void separatesTheOutputsWhereverTheStreamIsSplit() throws IOException {
    byte[] stream =
        frames(frame(1, "out\n"), frame(2, "err\n"), frame(1, ""), frame(0, "in"), frame(1, "\0"));
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= stream.length; second++) {
        Collected collected = new Collected();
        FrameDecoder decoder = new FrameDecoder(collected);
        decoder.accept(stream, 0, first);
        decoder.accept(stream, first, second - first);
        decoder.accept(stream, second, stream.length - second);
        decoder.end();
        assertThat(collected.of(OutputChannel.STDOUT)).isEqualTo("out\nin\0");
        assertThat(collected.of(OutputChannel.STDERR)).isEqualTo("err\n");
      }
    }
  }

  @Test
  void givesBackWhatWasFramedAtRandom() throws IOException {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      StringBuilder out = new StringBuilder();
      StringBuilder err = new StringBuilder();
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      for (int i = random.nextInt(20); i > 0; i--) {
        byte[] payload = new byte[random.nextInt(300)];
        random.nextBytes(payload);
        String text = new String(payload, StandardCharsets.ISO_8859_1);
        boolean isErr = random.nextBoolean();
        (isErr ? err : out).append(text);
        stream.writeBytes(frame(isErr ? 2 : 1, text));
      }
      Collected collected = new Collected();
      FrameDecoder decoder = new FrameDecoder(collected);
      byte[] all = stream.toByteArray();
      for (int at = 0; at < all.length; ) {
        int length = Math.min(1 + random.nextInt(50), all.length - at);
        decoder.accept(all, at, length);
        at += length;
      }
      decoder.end();
      assertThat(collected.of(OutputChannel.STDOUT)).as("seed %s", seed).isEqualTo(out.toString());
      assertThat(collected.of(OutputChannel.STDERR)).as("seed %s", seed).isEqualTo(err.toString());
    }
  }

  @Test
  void passesTheLargestFrameOnWithoutKeepingIt() throws IOException {
    long[] count = new long[1];
    FrameDecoder decoder = new FrameDecoder((_, _, _, length) -> count[0] += length);
    decoder.accept(new byte[] {1, 0, 0, 0, -1, -1, -1, -1}, 0, 8);
    byte[] piece = new byte[1 << 20];
    for (int i = 0; i < 4095; i++) {
      decoder.accept(piece, 0, piece.length);
    }
    decoder.accept(piece, 0, piece.length - 1);
    decoder.end();
    assertThat(count[0]).isEqualTo(0xffff_ffffL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hello world", "\1\0\0\1\0\0\0\1x", "\4\0\0\0\0\0\0\1x", "\u00ff\0\0\0\0"})
  void refusesWhatIsNoFrame(String stream) {
    FrameDecoder decoder = new FrameDecoder((_, _, _, _) -> {});
    byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(
            () -> {
              decoder.accept(bytes, 0, bytes.length);
              decoder.end();
            })
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void noticesAnEndInTheMiddle() throws IOException {
    byte[] stream = frame(1, "out");
    for (int length = 1; length < stream.length; length++) {
      FrameDecoder decoder = new FrameDecoder((_, _, _, _) -> {});
      decoder.accept(stream, 0, length);
      assertThatThrownBy(decoder::end).hasMessageContaining("in the middle of a frame");
    }
  }

  @Test
  void reportsAnErrorOfTheEngineInTheStream() throws IOException {
    Collected collected = new Collected();
    FrameDecoder decoder = new FrameDecoder(collected);
    byte[] stream = frames(frame(1, "out"), frame(3, "log " + "x".repeat(9000)));
    decoder.accept(stream, 0, stream.length);
    assertThatThrownBy(decoder::end).hasMessageContaining("log xxx");
    assertThat(collected.of(OutputChannel.STDOUT)).isEqualTo("out");
  }
}
