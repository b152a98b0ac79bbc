package ofelia.cli;

import io.avaje.jsonb.Json;

/// What `version --json` prints.
@Json
record VersionLine(String version) {}
