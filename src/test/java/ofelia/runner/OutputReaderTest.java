package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import ofelia.docker.ApiVersion;
import ofelia.docker.ContainerOutput;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerHost;
import ofelia.docker.LogRequest;
import ofelia.model.OutputChannel;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.wire.Deadline;
import ofelia.wire.Idle;
import ofelia.wire.ScriptedTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A log that was followed is completed from the whole one, unless it had gaps.
class OutputReaderTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final RecordingSink sink = new RecordingSink();

  private OutputReader read(String out, String err, OutputReader.Seen skipped) throws Exception {
    String body = frame(1, out) + frame(2, err);
    ScriptedTransport engine = ScriptedTransport.saying("HTTP/1.1 200 OK\r\n\r\n" + body);
    ContainerOutput output =
        DockerClient.of(new DockerHost(engine, "docker"), Optional.of(ApiVersion.OLDEST))
            .containers()
            .logs("c", LogRequest.soFar(false), Deadline.within(SOON), Idle.unlimited());
    var reader =
        new OutputReader(
            "test", output, sink, skipped, new SystemTime(), new SystemCrew(), () -> {});
    assertThat(reader.awaitEnd(SOON, SOON)).isTrue();
    reader.close();
    assertThat(reader.isComplete()).isTrue();
    return reader;
  }

  /// In pieces of two characters, as an engine sends a frame for each.
  private static String frame(int stream, String text) {
    StringBuilder frames = new StringBuilder();
    for (int i = 0; i < text.length(); i += 2) {
      String piece = text.substring(i, Math.min(i + 2, text.length()));
      frames.append((char) stream).append("\0\0\0\0\0\0").append((char) piece.length());
      frames.append(piece);
    }
    return frames.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "abc, ''",
    "abcdefg, ''",
    "abcdefg, xyz",
    "'', xyz",
    "ab, x",
  })
  void addsWhatAFollowedLogHadNotYet(String out, String err) throws Exception {
    OutputReader followed = read(out, err, OutputReader.Seen.NOTHING);
    OutputReader rest = read("abcdefg", "xyz", followed.seen());
    assertThat(rest.continuesSkipped()).isTrue();
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("abcdefg");
    assertThat(sink.text(OutputChannel.STDERR)).isEqualTo("xyz");
  }

  @ParameterizedTest
  @CsvSource({"abfg, xyz", "abcdefg, xz", "b, ''", "abcdefgh, ''"})
  void findsThatAFollowedLogHadGaps(String out, String err) throws Exception {
    OutputReader followed = read(out, err, OutputReader.Seen.NOTHING);
    assertThat(read("abcdefg", "xyz", followed.seen()).continuesSkipped()).isFalse();
  }

  @Test
  void addsNothingToALogThatHadGaps() throws Exception {
    OutputReader followed = read("abfg", "", OutputReader.Seen.NOTHING);
    var _ = read("abcdefg", "", followed.seen());
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("abfg");
  }
}
