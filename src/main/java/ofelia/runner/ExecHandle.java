package ofelia.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What finds an exec again.
///
/// @param execId the engine's
/// @param container that it runs in: its id, or the name by which the engine found it, as long as
///   nobody has looked which one that was
record ExecHandle(String execId, String container, boolean isByName) {

  private static final String BY_NAME = "name=";

  /// An exec in the container with this id.
  static ExecHandle in(String execId, String containerId) {
    return new ExecHandle(execId, containerId, false);
  }

  /// An exec in the container that had this name.
  ///
  /// @param name may begin with the slash that the engine writes before names, though not in events
  static ExecHandle inNamed(String execId, String name) {
    return new ExecHandle(execId, name.startsWith("/") ? name.substring(1) : name, true);
  }

  /// Both, with a blank in between.
  String write() {
    return execId + " " + (isByName ? BY_NAME : "") + container;
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
    if (blank <= 0) {
      return Optional.empty();
    }
    String execId = text.substring(0, blank);
    String container = text.substring(blank + 1);
    return Optional.of(
        container.startsWith(BY_NAME)
            ? inNamed(execId, container.substring(BY_NAME.length()))
            : in(execId, container));
  }
}
