package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import ofelia.model.OutputChannel;
import org.junit.jupiter.api.Test;

class ReplicaSinkTest {

  private final RecordingSink all = new RecordingSink();
  private final ReplicaSink first = new ReplicaSink("web-1", all);
  private final ReplicaSink second = new ReplicaSink("web-2", all);

  private static void print(ReplicaSink sink, String text) {
    byte[] bytes = ("#" + text).getBytes(StandardCharsets.UTF_8);
    sink.output(OutputChannel.STDOUT, bytes, 1, bytes.length - 1);
  }

  private String printed() {
    return all.text(OutputChannel.STDOUT);
  }

  @Test
  void namesTheReplicaBeforeEachWholeLine() {
    print(first, "a\nb");
    print(second, "one\n");
    print(first, "c\n\nd");
    first.end();
    second.end();
    assertThat(printed()).isEqualTo("web-1 | a\nweb-2 | one\nweb-1 | bc\nweb-1 | \nweb-1 | d\n");
  }

  @Test
  void breaksALineThatNeverEnds() {
    print(first, "x".repeat(100_000));
    first.end();
    assertThat(printed().lines()).hasSize(2).allMatch(line -> line.startsWith("web-1 | x"));
    assertThat(printed().replaceAll("web-1 \\| |\n", "")).hasSize(100_000);
  }

  /// However the output is cut into pieces, each replica's lines come whole and in their order.
  @Test
  void losesNothing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String text = "";
    for (int i = 0; i < 500; i++) {
      text += "line " + i + " ".repeat(random.nextInt(20)) + "\n";
    }
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(text.length(), from + 1 + random.nextInt(40));
      print(first, text.substring(from, to));
      print(second, "-\n".repeat(random.nextInt(2)));
      from = to;
    }
    StringBuilder own = new StringBuilder();
    printed()
        .lines()
        .filter(line -> line.startsWith("web-1 | "))
        .forEach(line -> own.append(line, 8, line.length()).append('\n'));
    assertThat(own.toString()).as("seed %d", seed).isEqualTo(text);
  }
}
