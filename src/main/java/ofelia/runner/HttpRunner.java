package ofelia.runner;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import ofelia.config.HttpKeys;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;

/// Makes HTTP requests. The answer's body is the run's output; each request and its status are a
/// line of its error output.
///
/// The exchange has a thread of its own, which is interrupted to cut it: an exchange has no gentler
/// end. It cannot outlive the daemon, and what the other side made of a request that was cut off is
/// not known. Safe for any thread.
public final class HttpRunner implements Runner {

  private static final Duration LONGEST = Duration.ofDays(1);

  /// How long a cut exchange may take to notice.
  private static final Duration CUT_LIMIT = Duration.ofSeconds(5);

  private final Time time;
  private final Crew crew;

  public HttpRunner(Time time, Crew crew) {
    this.time = time;
    this.crew = crew;
  }

  @Override
  public JobKind kind() {
    return JobKind.HTTP;
  }

  @Override
  public String describe(JobSpec job) {
    Settings settings = job.settings();
    boolean hasBody = settings.isWritten(HttpKeys.BODY) || settings.isWritten(HttpKeys.BODY_FILE);
    return settings.find(HttpKeys.METHOD).orElse(hasBody ? "POST" : "GET")
        + " "
        + HttpPlan.shown(URI.create(settings.find(HttpKeys.URL).orElse("")));
  }

  @Override
  public boolean canStop() {
    return true;
  }

  @Override
  public boolean canOutlive() {
    return false;
  }

  /// How an exchange ended: with an answer, or for a reason.
  private sealed interface End {
    record Answered(HttpCall.Answer answer) implements End {}

    record Failed(String why) implements End {}

    /// By a defect, which its thread has told.
    record BrokenOff() implements End {}
  }

  @Override
  public Outcome run(RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException {
    HttpPlan plan;
    try {
      plan = HttpPlan.of(request);
    } catch (IOException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    }
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    sink.intend(request.run().toString());
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    AtomicReference<Optional<End>> end = new AtomicReference<>(Optional.empty());
    Signal wake = time.newSignal();
    Hand hand = crew.start("http-" + request.run(), () -> exchange(plan, sink, end, wake));
    try {
      stop.onRequest(wake::raise);
      while (end.get().isEmpty() && !stop.isRequested()) {
        boolean _ = wake.await(LONGEST);
      }
    } finally {
      hand.interrupt();
    }
    boolean _ = hand.join(CUT_LIMIT);
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    return switch (end.get().orElseThrow()) {
      case End.Answered(var answer) -> outcome(request.job().settings(), answer);
      case End.Failed(var why) -> new Outcome.Broke(why);
      case End.BrokenOff() -> new Outcome.Broke("a defect of Ofelia broke the exchange off");
    };
  }

  private static void exchange(
      HttpPlan plan, RunSink sink, AtomicReference<Optional<End>> end, Signal wake) {
    End how = new End.BrokenOff();
    try {
      how = new End.Answered(new HttpCall(plan, sink).make());
    } catch (IOException e) {
      how = new End.Failed(String.valueOf(e.getMessage()));
    } finally {
      end.set(Optional.of(how));
      wake.raise();
    }
  }

  private static Outcome outcome(Settings settings, HttpCall.Answer answer) {
    List<String> expected = settings.get(HttpKeys.EXPECT_STATUS);
    if (expected.stream().noneMatch(range -> isIn(range, answer.status()))) {
      return new Outcome.Failed(
          answer.status(),
          "status " + answer.status() + ", and not " + String.join(" or ", expected));
    }
    Optional<String> content = settings.find(HttpKeys.EXPECT_CONTENT);
    return content.isPresent() && !answer.beginning().contains(content.get())
        ? new Outcome.Failed(1, "the answer does not have \"" + content.get() + "\" in it")
        : new Outcome.Succeeded();
  }

  /// @param range `200`, `2xx` or `200-299`
  private static boolean isIn(String range, int status) {
    if (range.endsWith("xx")) {
      return status / 100 == range.charAt(0) - '0';
    }
    int dash = range.indexOf('-');
    return dash < 0
        ? status == Integer.parseInt(range)
        : status >= Integer.parseInt(range, 0, dash, 10)
            && status <= Integer.parseInt(range, dash + 1, range.length(), 10);
  }

  @Override
  public Finding find(RunRequest request, Trace trace) {
    return new Finding.Lost(
        "the daemon went away before the answer came; whether the request was heard is not known");
  }

  /// An exchange is never found, so there is none to follow.
  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop) {
    throw new IllegalStateException("an HTTP run cannot be taken up again: " + request.run());
  }
}
