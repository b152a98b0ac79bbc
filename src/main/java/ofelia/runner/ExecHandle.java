package ofelia.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What finds an exec again.
///
/// @param execId the engine's
/// @param containerId of the container it runs in, by which its events are found
record ExecHandle(String execId, String containerId) {

  /// Both, with a blank in between.
  String write() {
    return execId + " " + containerId;
  }

  /// Several, with commas in between.
  static String write(List<ExecHandle> handles) {
    return handles.stream().map(ExecHandle::write).collect(Collectors.joining(","));
  }

  /// @return none when the text cannot be read
  static List<ExecHandle> parse(String text) {
    List<ExecHandle> handles = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      Optional<ExecHandle> handle = parseOne(each);
      if (handle.isEmpty()) {
        return List.of();
      }
      handles.add(handle.get());
    }
    return List.copyOf(handles);
  }

  private static Optional<ExecHandle> parseOne(String text) {
    int blank = text.indexOf(' ');
    return blank <= 0
        ? Optional.empty()
        : Optional.of(new ExecHandle(text.substring(0, blank), text.substring(blank + 1)));
  }
}
