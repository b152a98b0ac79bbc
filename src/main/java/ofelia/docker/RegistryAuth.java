package ofelia.docker;

import io.avaje.jsonb.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What proves to a registry who is pulling. Never printed; [#who] is what people may read.
///
/// @param server the registry's host
/// @param identityToken used in place of user and password when it is not empty
/// @param source where it comes from, such as a file's name
public record RegistryAuth(
    String user, String password, String server, String identityToken, String source) {

  /// Who is pulling, and who says so: `as user "me" from /root/.docker/config.json`.
  public String who() {
    return (user.isEmpty() ? "with a token" : "as user \"" + user + "\"") + " from " + source;
  }

  /// The value of the `X-Registry-Auth` header.
  String header() {
    String json =
        Messages.of(Message.class).toJson(new Message(user, password, server, identityToken));
    return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "RegistryAuth[" + server + "]";
  }

  @Json
  record Message(
      @Json.Property("username") String user,
      @Json.Property("password") String password,
      @Json.Property("serveraddress") String server,
      @Json.Property("identitytoken") String identityToken) {

    @Override
    public String toString() {
      return "Message[" + server + "]";
    }
  }
}
