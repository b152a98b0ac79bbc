package ofelia.sim;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.ledger.Unfinished;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.RunId;

/// A ledger as the process sees it: the process may die before a call, or after it was carried out
/// and before the answer came; now and then the store is away, and the call may have been carried
/// out all the same.
final class SimLedger implements Ledger {

  private final Ledger real;
  private final SimWorld world;
  private final DefinitionLog definitions;
  private final double failureRate;

  SimLedger(Ledger real, SimWorld world, DefinitionLog definitions, double failureRate) {
    this.real = real;
    this.world = world;
    this.definitions = definitions;
    this.failureRate = failureRate;
  }

  private <T> T call(Supplier<T> call) {
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

  private void run(Runnable call) {
    Boolean _ =
        call(() -> {
          call.run();
          return true;
        });
  }

  @Override
  public long boot() {
    return real.boot();
  }

  @Override
  public long previousBootSeenMillis() {
    return real.previousBootSeenMillis();
  }

  @Override
  public List<BookedJob> book() {
    return call(real::book);
  }

  @Override
  public List<BookedJob> book(Collection<JobName> names) {
    return call(() -> real.book(names));
  }

  @Override
  public List<Claim> unbegun() {
    return call(real::unbegun);
  }

  @Override
  public void enter(List<BookedJob> jobs) {
    // From now on, even where the store is slow to take it.
    long from = world.millis();
    run(() -> {
      real.enter(jobs);
      definitions.entered(jobs, from);
    });
  }

  @Override
  public List<Claim> claim(List<Planned> planned) {
    return call(() -> real.claim(planned));
  }

  @Override
  public Claim claimNow(JobName job, long atMillis, Cause cause) {
    return call(() -> real.claimNow(job, atMillis, cause));
  }

  @Override
  public void withdraw(List<Claim> claims) {
    run(() -> real.withdraw(claims));
  }

  @Override
  public List<Stretch> settle(List<Stretch> stretches) {
    return call(() -> real.settle(stretches));
  }

  @Override
  public void waiting(Claim claim, String why) {
    run(() -> real.waiting(claim, why));
  }

  @Override
  public boolean intend(Claim claim, int attempt, String handle, long atMillis) {
    return call(() -> real.intend(claim, attempt, handle, atMillis));
  }

  @Override
  public void started(Claim claim, int attempt, String handle) {
    run(() -> real.started(claim, attempt, handle));
  }

  @Override
  public boolean retry(
      Claim claim, int attempt, Outcome outcome, long atMillis, OutputSpool output) {
    return call(() -> real.retry(claim, attempt, outcome, atMillis, output));
  }

  @Override
  public boolean close(Closing closing) {
    return call(() -> real.close(closing));
  }

  @Override
  public List<Unfinished> takeOver() {
    return call(real::takeOver);
  }

  @Override
  public OutputSpool spool(RunId run, int attempt, long limitBytes) {
    return real.spool(run, attempt, limitBytes);
  }

  @Override
  public void close() {
    real.close();
  }
}
