package ofelia.config;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A container as far as its labels matter.
///
/// @param name without the leading slash
/// @param labels all of them; those of others are passed over
/// @param isRunning false for one that is stopped or was never started
/// @param created when it was created; decides between containers that define the same job
public record LabelledContainer(
    String name, Map<String, String> labels, boolean isRunning, Instant created) {

  private static final String ENABLED = "ofelia.enabled";
  private static final String SERVICE = "ofelia.service";
  private static final String COMPOSE_SERVICE = "com.docker.compose.service";

  public LabelledContainer {
    labels = Map.copyOf(labels);
  }

  /// Whether it asks to be read at all.
  boolean isEnabled() {
    return "true".equals(labels.get(ENABLED));
  }

  /// Whether it is Ofelia's own, whose labels may say more.
  boolean isService() {
    return "true".equals(labels.get(SERVICE));
  }

  Optional<String> composeService() {
    return Optional.ofNullable(labels.get(COMPOSE_SERVICE)).filter(s -> !s.isEmpty());
  }
}
