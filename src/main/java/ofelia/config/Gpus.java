package ofelia.config;

import java.util.List;

/// The graphics processors that a container gets.
///
/// @param count how many; [#ALL] of them; 0 when they are named
/// @param devices by index or UUID; empty when they are counted
public record Gpus(int count, List<String> devices) {

  /// A count: as many as there are.
  public static final int ALL = -1;

  public Gpus {
    devices = List.copyOf(devices);
  }
}
