package ofelia.app;

import java.time.ZoneOffset;
import java.util.Optional;
import ofelia.config.SpecText;
import ofelia.engine.SpecReader;
import ofelia.ledger.BookedJob;
import ofelia.model.JobSpec;

/// Gives the engine the configuration's text form of a job.
final class JobText implements SpecReader {

  @Override
  public String write(JobSpec job) {
    return SpecText.write(job);
  }

  @Override
  public Optional<JobSpec> read(BookedJob booked) {
    return SpecText.read(
        booked.name(),
        booked.kind(),
        booked.source(),
        booked.schedule(),
        booked.spec(),
        ZoneOffset.UTC);
  }
}
