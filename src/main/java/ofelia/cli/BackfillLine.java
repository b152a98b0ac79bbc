package ofelia.cli;

import io.avaje.jsonb.Json;

/// An instant that `backfill --dry-run --json` would run for.
///
/// @param due RFC 3339 in UTC
@Json
record BackfillLine(String job, String due) {}
