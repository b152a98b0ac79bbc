package ofelia.wire;

/// A request to be sent. `Host`, `Connection` and the framing of the body are added by
/// [HttpClient].
public record Request(String method, Target target, Headers headers, Body body) {

  public static Request get(Target target) {
    return new Request("GET", target, Headers.NONE, Body.NONE);
  }

  public static Request post(Target target) {
    return new Request("POST", target, Headers.NONE, Body.NONE);
  }

  public static Request delete(Target target) {
    return new Request("DELETE", target, Headers.NONE, Body.NONE);
  }

  public Request withJson(byte[] json) {
    return new Request(
        method, target, headers.with("Content-Type", "application/json"), new Body.Bytes(json));
  }

  public Request with(String header, String value) {
    return new Request(method, target, headers.with(header, value), body);
  }

  public Request with(Body next) {
    return new Request(method, target, headers, next);
  }

  /// Method and target, for messages: the headers may hold secrets.
  @Override
  public String toString() {
    return method + " " + target;
  }
}
