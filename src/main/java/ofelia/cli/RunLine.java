package ofelia.cli;

import io.avaje.jsonb.Json;

/// The run that a command is about, as `run --json` and `stop --json` print it.
@Json
record RunLine(String run) {}
