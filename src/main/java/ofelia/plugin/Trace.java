package ofelia.plugin;

import java.util.Optional;

/// What an earlier start of the daemon recorded of a run that it did not finish.
///
/// @param intent the handle given to [RunSink#intend]
/// @param started the handle given to [RunSink#started], when it got that far
public record Trace(String intent, Optional<String> started) {}
