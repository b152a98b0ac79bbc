package ofelia.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A program in place of a socket.
@Timeout(20)
class CommandTest {

  private static final Request GET = Request.get(Target.path("x"));

  private static HttpClient client(String script) {
    return new HttpClient(
        new Command("test", List.of("sh", "-c", script)), "docker", Limits.CLIENT);
  }

  private static Deadline within(int millis) {
    return Deadline.within(Duration.ofMillis(millis));
  }

  @Test
  void carriesACallAndItsAnswer() throws Exception {
    String script =
        "read line; printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello'; cat";
    assertThat(client(script).call(GET, within(10_000)).body())
        .isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void saysWhyTheProgramEnded() {
    assertThatThrownBy(
            () -> client("echo 'Permission denied' >&2; exit 255").call(GET, within(10_000)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it ended with code 255: Permission denied");
    assertThatThrownBy(() -> client("exit 3").call(GET, within(10_000)))
        .hasMessageContaining("it ended with code 3 and said nothing");
    Command missing = new Command("test", List.of("/nowhere/ssh"));
    assertThatThrownBy(() -> new HttpClient(missing, "x", Limits.CLIENT).call(GET, within(10_000)))
        .isInstanceOf(ConnectFailedException.class)
        .hasMessageContaining("cannot start \"/nowhere/ssh\"");
  }

  @Test
  void keepsTheDeadlineAndLeavesNoProcessBehind() throws Exception {
    assertThatThrownBy(() -> client("exec sleep 98765").call(GET, within(300)))
        .isInstanceOf(DeadlineExceededException.class);
    for (int i = 0; i < 100 && sleeper(); i++) {
      Thread.sleep(20);
    }
    assertThat(sleeper()).isFalse();
  }

  private static boolean sleeper() {
    return ProcessHandle.current()
        .children()
        .anyMatch(
            child -> child.isAlive() && child.info().commandLine().orElse("").contains("98765"));
  }

  @Test
  void isCutByAnInterrupt() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() ->
                thrown.set(catchThrowable(() -> client("sleep 60").call(GET, within(60_000)))));
    Thread.sleep(300);
    caller.interrupt();
    assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
    assertThat(thrown.get()).isInstanceOf(CutException.class);
  }

  @Test
  void goesOnWhenTheProgramComplainsAtLength() throws Exception {
    String script =
        "head -c 300000 /dev/zero >&2; printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'; cat";
    assertThat(client(script).call(GET, within(10_000)).body()).hasSize(2);
  }
}
