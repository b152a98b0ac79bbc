package ofelia.docker;

import io.avaje.jsonb.JsonType;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import ofelia.wire.Deadline;
import ofelia.wire.HttpStream;
import ofelia.wire.Request;
import ofelia.wire.Target;

/// Calls about images.
public final class Images {

  private static final JsonType<Image> IMAGE = Messages.of(Image.class);
  private static final JsonType<PullProgress> PROGRESS = Messages.of(PullProgress.class);

  private final Calls calls;

  Images(Calls calls) {
    this.calls = calls;
  }

  /// @throws DockerRefusedException not found when the engine does not have it
  public Image inspect(String image, Deadline deadline) {
    Request request = Request.get(Target.path("images", image, "json"));
    return calls.json("inspect image \"" + image + "\"", request, deadline, IMAGE);
  }

  /// The image, when the engine has it.
  public Optional<Image> find(String image, Deadline deadline) {
    try {
      return Optional.of(inspect(image, deadline));
    } catch (DockerRefusedException e) {
      if (e.isNotFound()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Pulls exactly what is named: the digest when there is one, else the tag, else `latest`.
  /// Returns when it is there.
  ///
  /// @param platform such as `linux/arm64`; empty for the engine's own
  /// @param progress called in this thread for each line of progress; must be quick
  /// @param whole for all of it, downloads included
  /// @throws DockerRefusedException when registry or engine refused, also when it did so after a
  ///   good beginning; says as whom it was tried
  public void pull(
      ImageName image,
      String platform,
      Optional<RegistryAuth> auth,
      Consumer<PullProgress> progress,
      Deadline whole) {
    String what = "pull image \"" + image + "\"";
    Target target =
        Target.path("images", "create")
            .with("fromImage", image.repository())
            .with("tag", image.tagOrDigest());
    if (!platform.isEmpty()) {
      target = target.with("platform", platform);
    }
    Request request = Request.post(target);
    if (auth.isPresent()) {
      request = request.with("X-Registry-Auth", auth.get().header());
    }
    try (HttpStream stream = calls.exchange(what, request, whole)) {
      JsonLines<PullProgress> lines = new JsonLines<>(stream.body(), PROGRESS);
      for (Optional<PullProgress> line = lines.next(); line.isPresent(); line = lines.next()) {
        String error = line.get().error();
        if (!error.isEmpty()) {
          throw new DockerRefusedException(what, calls.engine(), stream.status(), error);
        }
        progress.accept(line.get());
      }
    } catch (DockerRefusedException e) {
      String who = auth.map(RegistryAuth::who).orElse("without a login");
      throw new DockerRefusedException(
          what, calls.engine(), e.status(), e.reason() + "; tried " + who);
    } catch (IOException e) {
      throw calls.failure(what, e);
    }
  }
}
