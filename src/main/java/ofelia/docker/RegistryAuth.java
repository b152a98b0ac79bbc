package ofelia.docker;

import io.avaje.jsonb.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What proves to a registry who is pulling. Never printed.
///
/// @param server the registry's host
/// @param identityToken used in place of user and password when it is not empty
@Json
public record RegistryAuth(
    @Json.Property("username") String user,
    @Json.Property("password") String password,
    @Json.Property("serveraddress") String server,
    @Json.Property("identitytoken") String identityToken) {

  /// The value of the `X-Registry-Auth` header.
  String header() {
    String json = Messages.of(RegistryAuth.class).toJson(this);
    return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "RegistryAuth[" + server + "]";
  }
}
