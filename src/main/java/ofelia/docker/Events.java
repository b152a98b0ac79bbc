package ofelia.docker;

import io.avaje.jsonb.JsonType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.wire.Deadline;
import ofelia.wire.HttpStream;
import ofelia.wire.Idle;
import ofelia.wire.ProtocolException;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// Calls about what happened. Docker Engine remembers the last 256 events of all kinds, until it
/// restarts.
public final class Events {

  private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

  private static final JsonType<Event> EVENT = Messages.of(Event.class);
  private static final JsonType<EngineSummary> SUMMARY = Messages.of(EngineSummary.class);

  private final Calls calls;

  Events(Calls calls) {
    this.calls = calls;
  }

  /// Subscribes to events.
  ///
  /// Without `since`, what happens between the engine's answer and its subscription is lost: it
  /// answers first.
  ///
  /// @param since by the engine's clock, inclusive; remembered events from then on come first
  /// @param deadline for the beginning only
  public EventStream follow(Optional<Instant> since, Filters filters, Deadline deadline) {
    Target target = target(filters);
    if (since.isPresent()) {
      target = target.with("since", EngineTime.parameter(since.get()));
    }
    HttpStream stream =
        calls.stream("follow events", Request.get(target), deadline, Idle.unlimited());
    return new EventStream(calls, stream, new JsonLines<>(stream.body(), EVENT));
  }

  /// The engine's clock, to the second below.
  Instant clock(Deadline deadline) {
    return calls.clock(deadline);
  }

  /// The remembered events from `since` until now, by the engine's clock.
  public List<Event> past(Instant since, Filters filters, Deadline deadline) {
    String what = "read past events";
    // An `until` of the engine's own clock is never in its future, for which it would make us wait.
    Instant now =
        calls
            .json("ask for the time", Request.get(new Target("/info")), deadline, SUMMARY)
            .time()
            .orElseThrow(
                () -> calls.failure(what, new ProtocolException("it does not tell its time")));
    Target target =
        target(filters)
            .with("since", EngineTime.parameter(since))
            .with("until", EngineTime.parameter(now));
    List<Event> past = new ArrayList<>();
    HttpStream stream = calls.exchange(what, Request.get(target), deadline);
    try (EventStream events =
        new EventStream(calls, stream, new JsonLines<>(stream.body(), EVENT))) {
      for (Optional<Event> event = events.next(); event.isPresent(); event = events.next()) {
        past.add(event.get());
      }
    }
    return List.copyOf(past);
  }

  /// How an exec ended, if the engine remembers: the witness that an inspection is not, after its
  /// stream was cut or this program restarted.
  ///
  /// @param since no later than the start of the exec; a margin for the difference of the two
  ///   clocks is taken off
  public Optional<ExecExit> findExecExit(
      String containerId, String execId, Instant since, Deadline deadline) {
    Filters filters =
        Filters.NONE
            .with("type", "container")
            .with("container", containerId)
            .with("event", "exec_die");
    return past(since.minus(CLOCK_MARGIN), filters, deadline).stream()
        .flatMap(event -> event.execExit().stream())
        .filter(exit -> exit.execId().equals(execId))
        .findFirst();
  }

  private static Target target(Filters filters) {
    Target target = Target.path("events");
    return filters.isEmpty() ? target : target.with("filters", Messages.filters(filters));
  }
}
