package ofelia.runner;

import java.util.Optional;

/// What finds an exec again.
///
/// @param execId the engine's
/// @param containerId of the container it runs in, by which its events are found
record ExecHandle(String execId, String containerId) {

  /// Both, with a blank in between.
  String write() {
    return execId + " " + containerId;
  }

  static Optional<ExecHandle> parse(String text) {
    int blank = text.indexOf(' ');
    return blank <= 0
        ? Optional.empty()
        : Optional.of(new ExecHandle(text.substring(0, blank), text.substring(blank + 1)));
  }
}
