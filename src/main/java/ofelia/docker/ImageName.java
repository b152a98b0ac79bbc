package ofelia.docker;

/// The name of an image, taken apart: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`.
///
/// @param repository with the registry's host, when it was given
/// @param tag empty when none was given
/// @param digest such as `sha256:…`; empty when none was given
public record ImageName(String repository, String tag, String digest) {

  /// @throws IllegalArgumentException when there is no repository in it
  public static ImageName parse(String text) {
    int at = text.indexOf('@');
    String named = at < 0 ? text : text.substring(0, at);
    String digest = at < 0 ? "" : text.substring(at + 1);
    // A colon before the last slash is that of a registry's port.
    int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
    String repository = colon < 0 ? named : named.substring(0, colon);
    if (repository.isBlank() || (at >= 0 && digest.isEmpty())) {
      throw new IllegalArgumentException("\"" + text + "\" is not the name of an image");
    }
    return new ImageName(repository, colon < 0 ? "" : named.substring(colon + 1), digest);
  }

  /// What to ask a registry for: the digest, which fixes the content, else the tag, else `latest`.
  public String tagOrDigest() {
    if (!digest.isEmpty()) {
      return digest;
    }
    return tag.isEmpty() ? "latest" : tag;
  }

  /// The host of the registry it comes from; `docker.io` when none is named.
  public String registry() {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    // Docker's own rule: only what looks like a host is one, since "library/alpine" has a slash as
    // well.
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    return host ? first : "docker.io";
  }

  @Override
  public String toString() {
    return repository + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
  }
}
