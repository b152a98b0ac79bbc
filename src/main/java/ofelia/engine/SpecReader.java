package ofelia.engine;

import java.util.Optional;
import ofelia.ledger.BookedJob;
import ofelia.model.JobSpec;

/// Turns a job of the book back into a definition, and into the text that the book keeps.
public interface SpecReader {

  /// @return empty when the present program cannot read it any more
  Optional<JobSpec> read(BookedJob booked);

  /// The settings as text, a line each.
  String write(JobSpec job);
}
