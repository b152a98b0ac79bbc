package ofelia.wire;

/// How much of the other side's words is believed before it is called nonsense.
///
/// @param headBytes the largest head, or trailer, counted with its line ends
/// @param headers the largest number of header fields
/// @param bodyBytes the largest body that is read whole; streams have no such limit
public record Limits(int headBytes, int headers, long bodyBytes) {

  /// For an engine: listing ten thousand containers takes some 20 MB.
  public static final Limits CLIENT = new Limits(64 * 1024, 200, 128L * 1024 * 1024);

  /// For the control socket, whose requests are small.
  public static final Limits SERVER = new Limits(16 * 1024, 64, 1024 * 1024);
}
