package ofelia.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import ofelia.fake.InterceptedLedger;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;
import ofelia.sim.SimWorld;

/// What goes wrong with the store, by the name of the ledger's method.
final class Faults {

  private final SimWorld world;
  private final Map<String, Runnable> before = new HashMap<>();
  private final Map<String, Runnable> after = new HashMap<>();

  /// Whether a fate can only be recorded without its output.
  boolean isOutputLost;

  /// Whether each use of a spool fails.
  boolean areSpoolsBroken;

  Faults(SimWorld world) {
    this.world = world;
  }

  /// Something happens before each such call; the call is not made when it throws.
  void before(String method, Runnable what) {
    before.put(method, what);
  }

  /// Each such call fails and changes nothing.
  void fail(String... methods) {
    for (String method : methods) {
      before(method, Faults::away);
    }
  }

  private static void away() {
    throw new LedgerException("the store is away");
  }

  /// Each such call takes so long.
  void hang(Duration howLong, String... methods) {
    for (String method : methods) {
      before(method, () -> pass(howLong));
    }
  }

  /// The next such call is carried out, late or soon, and its caller is told of a failure after the
  /// time given.
  void loseAnswer(String method, Duration howLong, boolean isCarriedOutLate) {
    if (isCarriedOutLate) {
      before(method, () -> pass(howLong));
    }
    after.put(
        method,
        () -> {
          mend(method);
          if (!isCarriedOutLate) {
            pass(howLong);
          }
          away();
        });
  }

  /// Such calls are made again as they should.
  void mend(String... methods) {
    for (String method : methods) {
      before.remove(method);
      after.remove(method);
    }
  }

  /// A call of the store goes on whoever is interrupted.
  private void pass(Duration howLong) {
    long end = world.nanos() + howLong.toNanos();
    while (world.nanos() < end) {
      try {
        world.sleep(Duration.ofNanos(end - world.nanos()));
      } catch (InterruptedException _) {
        // Noticed by the caller's next wait in a process; here the caller simply goes on.
      }
    }
  }

  Ledger on(Ledger real) {
    return new FaultyLedger(real);
  }

  private final class FaultyLedger extends InterceptedLedger {

    FaultyLedger(Ledger real) {
      super(real);
    }

    @Override
    protected <T> T call(String method, Supplier<T> call) {
      world.step();
      before.getOrDefault(method, () -> {}).run();
      T answer = carryOut(call);
      after.getOrDefault(method, () -> {}).run();
      return answer;
    }

    private static <T> T carryOut(Supplier<T> call) {
      try {
        return call.get();
      } catch (UncheckedIOException e) {
        throw new LedgerException("the output cannot be read", e);
      }
    }

    @Override
    public List<Claim> claim(List<Planned> planned) {
      return planned.isEmpty() ? List.of() : super.claim(planned);
    }

    @Override
    public List<Stretch> settle(List<Stretch> stretches) {
      return stretches.isEmpty() ? List.of() : super.settle(stretches);
    }

    @Override
    public List<Claim> withdraw(List<Claim> claims) {
      return claims.isEmpty() ? List.of() : super.withdraw(claims);
    }

    @Override
    public boolean close(Closing closing) {
      if (isOutputLost && closing.output().isPresent()) {
        throw new LedgerException("the output cannot be packed");
      }
      return super.close(closing);
    }

    @Override
    public boolean retry(
        Claim claim, int attempt, Outcome outcome, long atMillis, Optional<OutputSpool> output) {
      if (isOutputLost && output.isPresent()) {
        throw new LedgerException("the output cannot be packed");
      }
      return super.retry(claim, attempt, outcome, atMillis, output);
    }

    @Override
    public OutputSpool spool(RunId run, int attempt, long limitBytes) {
      OutputSpool spool = super.spool(run, attempt, limitBytes);
      return areSpoolsBroken ? new BrokenSpool() : spool;
    }
  }

  private static final class BrokenSpool implements OutputSpool {

    private static UncheckedIOException broken() {
      return new UncheckedIOException(new IOException("No space left on device"));
    }

    @Override
    public void write(OutputChannel channel, long atMillis, byte[] bytes, int offset, int length) {
      throw broken();
    }

    @Override
    public void rewind() {
      throw broken();
    }

    @Override
    public void mark(long atMillis, String text) {
      throw broken();
    }

    @Override
    public long offeredBytes() {
      return 0;
    }

    @Override
    public long droppedBytes() {
      return 0;
    }

    @Override
    public byte[] tail(OutputChannel channel, int limit) {
      throw broken();
    }

    @Override
    public void close() {
      throw broken();
    }
  }
}
