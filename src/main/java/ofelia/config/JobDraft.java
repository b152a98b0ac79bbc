package ofelia.config;

import java.util.List;
import java.util.function.UnaryOperator;
import ofelia.model.JobName;
import ofelia.model.Origin;

/// A job as it was written, before its keys are read.
///
/// @param source `ini` or `labels`
/// @param origin where the job as a whole stands
/// @param title what the job as a whole is called in problems: `[job-exec "backup"]`
/// @param subject what one of its keys is called in problems
/// @param written its keys
record JobDraft(
    JobName name,
    JobType type,
    String source,
    Origin origin,
    String title,
    UnaryOperator<String> subject,
    List<Written> written) {

  JobDraft {
    written = List.copyOf(written);
  }
}
