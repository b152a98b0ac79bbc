package ofelia.sim;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import ofelia.fake.InterceptedLedger;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Era;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;

/// A ledger as the process sees it: the process may die before a call, or after it was carried out
/// and before the answer came; now and then the store is away, and the call may have been carried
/// out all the same.
final class SimLedger extends InterceptedLedger {

  private final Ledger real;
  private final SimWorld world;
  private final DefinitionLog definitions;
  private final double failureRate;

  SimLedger(Ledger real, SimWorld world, DefinitionLog definitions, double failureRate) {
    super(real);
    this.real = real;
    this.world = world;
    this.definitions = definitions;
    this.failureRate = failureRate;
  }

  @Override
  protected <T> T call(String method, Supplier<T> call) {
    world.step();
    boolean fails = world.random().nextDouble() < failureRate;
    if (fails) {
      world.hold(Duration.ofMillis(world.random().nextInt(90_000)));
    }
    if (fails && world.random().nextBoolean()) {
      throw new LedgerException("the store is away");
    }
    T answer = call.get();
    world.step();
    if (fails) {
      throw new LedgerException("the store went away before it answered");
    }
    return answer;
  }

  @Override
  public boolean open(Era era) {
    return call(
        "open",
        () -> {
          boolean isOpen = real.open(era);
          if (isOpen) {
            definitions.opened(era);
          }
          return isOpen;
        });
  }

  @Override
  public void enter(List<BookedJob> jobs) {
    // From now on, even where the store is slow to take it.
    long from = world.millis();
    run(
        "enter",
        () -> {
          real.enter(jobs);
          definitions.entered(jobs, from);
        });
  }
}
