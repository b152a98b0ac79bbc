package ofelia.runner;

import java.util.concurrent.atomic.AtomicInteger;
import ofelia.docker.EventHub;

/// Whether an engine keeps the logs of containers that name no log driver: learned from one of
/// them, and believed for as long as the subscription to the engine's events stands. An engine
/// takes another default only when it starts, which ends the subscription. Safe for any thread.
final class DefaultLog implements EventHub.Listener {

  private final EventHub hub;
  private final AtomicInteger subscriptions = new AtomicInteger();
  private volatile int learnedIn = -1;

  private DefaultLog(EventHub hub) {
    this.hub = hub;
  }

  static DefaultLog of(EventHub hub) {
    DefaultLog log = new DefaultLog(hub);
    EventHub.Subscription _ = hub.listen(log);
    return log;
  }

  @Override
  public void hear(EventHub.Notice notice) {
    switch (notice) {
      case EventHub.Notice.Connected(_), EventHub.Notice.Broken(_, _) ->
          subscriptions.incrementAndGet();
      case EventHub.Notice.Happened(_) -> {}
    }
  }

  /// Which subscription stands, to be asked before the look that shows a log is kept.
  int subscription() {
    return subscriptions.get();
  }

  /// A container without a log driver of its own keeps its log.
  void learn(int subscription) {
    learnedIn = subscription;
  }

  boolean isKnownToBeKept() {
    return hub.isConnected() && learnedIn == subscriptions.get();
  }
}
