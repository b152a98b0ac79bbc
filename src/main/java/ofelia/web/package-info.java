/// The control socket: HTTP over a Unix socket in the store's directory, by which commands reach
/// the daemon that holds the store.
///
/// | request | answer |
/// |---|---|
/// | `POST /api/jobs/NAME/run` | 202 `{"run": ID}` when the run is on record; 404, 409 |
/// | `POST /api/runs/ID/stop` | 202 when the run is being ended; 404, 409 |
/// | `POST /api/reload` | 200 `{"jobs": N, "problems": […]}`; 422 when the new set is not in force |
/// | `GET /api/health` | 200 `{"status": "ok", "jobs": N, "running": N, "waiting": N, "gaps": N}` |
///
/// Errors are `{"error": TEXT}`. Read [ofelia.web.ControlServer] first; [ofelia.web.ControlClient]
/// is its other side. What a request means is decided behind [ofelia.web.Controls].
///
/// Threads: those of [ofelia.wire.HttpServer], one for each request.
@NullMarked
package ofelia.web;

import org.jspecify.annotations.NullMarked;
