package ofelia.engine;

import ofelia.ledger.Claim;
import ofelia.model.JobSpec;

/// A claim with the definition under which it runs. The rules are looked up when the claim is made
/// and not when its instant has come, at which a thousand may have to begin.
record Ready(Claim claim, JobSpec job, Rules rules) {

  Ready(Claim claim, JobSpec job) {
    this(claim, job, Rules.of(job));
  }
}
