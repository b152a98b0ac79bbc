package ofelia.docker;

import io.avaje.jsonb.JsonType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import ofelia.wire.Deadline;
import ofelia.wire.HttpStream;
import ofelia.wire.Idle;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// Calls about what happened. Docker Engine remembers the last 256 events of all kinds, until it
/// restarts.
public final class Events {

  private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

  private static final JsonType<Event> EVENT = Messages.of(Event.class);

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

  /// How an exec ended, if the engine remembers: the witness that an inspection is not, after its
  /// stream was cut or this program restarted. Takes up to a second when it does not.
  ///
  /// @param since no later than the start of the exec; a margin for the difference of the two
  ///   clocks is taken off
  public Optional<ExecExit> findExecExit(
      String containerId, String execId, Instant since, Deadline deadline) {
    Filters filters =
        Filters.NONE
            .with("type", "container")
            .with("container", containerId)
            .with("event", "exec_die")
            .with("event", "exec_died");
    List<ExecExit> found = new ArrayList<>();
    readPast(
        since.minus(CLOCK_MARGIN),
        filters,
        deadline,
        event -> {
          event.execExit().filter(exit -> exit.execId().equals(execId)).ifPresent(found::add);
          return found.isEmpty();
        });
    return found.stream().findFirst();
  }

  /// Reads until the reader has enough. The engine would end the stream at once for an `until` that
  /// is past, but its clock is known to the second below only, and what just happened counts.
  private void readPast(
      Instant since, Filters filters, Deadline deadline, Predicate<Event> wantsMore) {
    Instant until = calls.clock(deadline).plusSeconds(1);
    Target target =
        target(filters)
            .with("since", EngineTime.parameter(since))
            .with("until", EngineTime.parameter(until));
    HttpStream stream = calls.exchange("read past events", Request.get(target), deadline);
    try (EventStream events =
        new EventStream(calls, stream, new JsonLines<>(stream.body(), EVENT))) {
      Optional<Event> event = events.next();
      while (event.isPresent() && wantsMore.test(event.get())) {
        event = events.next();
      }
    }
  }

  private static Target target(Filters filters) {
    Target target = Target.path("events");
    return filters.isEmpty() ? target : target.with("filters", Messages.filters(filters));
  }
}
