package ofelia.fake;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Era;
import ofelia.ledger.Ledger;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.ledger.Unfinished;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.RunId;

/// A ledger whose calls can be held up, broken, or robbed of their answers.
public abstract class InterceptedLedger implements Ledger {

  private final Ledger real;

  protected InterceptedLedger(Ledger real) {
    this.real = real;
  }

  /// Makes a call, or does not.
  ///
  /// @param method its name
  protected abstract <T> T call(String method, Supplier<T> call);

  protected final void run(String method, Runnable call) {
    Boolean _ =
        call(
            method,
            () -> {
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
    return call("book", real::book);
  }

  @Override
  public List<BookedJob> book(Collection<JobName> names) {
    return call("book", () -> real.book(names));
  }

  @Override
  public List<Claim> unbegun() {
    return call("unbegun", real::unbegun);
  }

  @Override
  public void enter(List<BookedJob> jobs) {
    run("enter", () -> real.enter(jobs));
  }

  @Override
  public List<Claim> claim(List<Planned> planned) {
    return call("claim", () -> real.claim(planned));
  }

  @Override
  public Claim claimNow(JobName job, long atMillis, Cause cause) {
    return call("claimNow", () -> real.claimNow(job, atMillis, cause));
  }

  @Override
  public List<Claim> withdraw(List<Claim> claims) {
    return call("withdraw", () -> real.withdraw(claims));
  }

  @Override
  public List<Stretch> settle(List<Stretch> stretches) {
    return call("settle", () -> real.settle(stretches));
  }

  @Override
  public int era() {
    return call("era", real::era);
  }

  @Override
  public boolean open(Era era) {
    return call("open", () -> real.open(era));
  }

  @Override
  public void waiting(Claim claim, String why) {
    run("waiting", () -> real.waiting(claim, why));
  }

  @Override
  public void stopping(Claim claim, String by) {
    run("stopping", () -> real.stopping(claim, by));
  }

  @Override
  public boolean intend(Claim claim, int attempt, String handle, long atMillis) {
    return call("intend", () -> real.intend(claim, attempt, handle, atMillis));
  }

  @Override
  public void started(Claim claim, int attempt, String handle) {
    run("started", () -> real.started(claim, attempt, handle));
  }

  @Override
  public boolean ended(Claim claim, int attempt, String handle) {
    return call("ended", () -> real.ended(claim, attempt, handle));
  }

  @Override
  public boolean retry(
      Claim claim, int attempt, Outcome outcome, long atMillis, Optional<OutputSpool> output) {
    return call("retry", () -> real.retry(claim, attempt, outcome, atMillis, output));
  }

  @Override
  public boolean close(Closing closing) {
    return call("close", () -> real.close(closing));
  }

  @Override
  public List<Unfinished> takeOver() {
    return call("takeOver", real::takeOver);
  }

  @Override
  public OutputSpool spool(RunId run, int attempt, long limitBytes) {
    return call("spool", () -> real.spool(run, attempt, limitBytes));
  }

  @Override
  public void close() {
    real.close();
  }
}
