package ofelia.wire;

/// What [HttpServer] answers. The framing of the body is added when it is sent.
public record Reply(int status, Headers headers, Body body) {

  public static Reply json(int status, byte[] json) {
    return new Reply(status, Headers.of("Content-Type", "application/json"), new Body.Bytes(json));
  }

  public static Reply text(int status, String text) {
    return new Reply(
        status, Headers.of("Content-Type", "text/plain; charset=utf-8"), Body.text(text));
  }

  /// An answer that is written while it comes about, such as a log that is followed.
  public static Reply streaming(String contentType, Body.Writer writer) {
    return new Reply(200, Headers.of("Content-Type", contentType), new Body.Streaming(writer));
  }
}
