package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys by which a job says where it runs and as whom it pulls.
public final class EngineKeys {

  private EngineKeys() {}

  /// Empty: the engine of `[docker]`.
  public static final Key<String> ENGINE =
      NewKey.of(
          "engine",
          KeyTypes.TEXT,
          "",
          Places.ENGINE_JOBS,
          "The engine to run on, by the name of its section `[engine \"name\"]`; otherwise that of"
              + " `[docker]`. Not as a label: labels belong to the engine where they were read.",
          "nas");

  public static final Key<String> REGISTRY_CONFIG =
      NewKey.optional(
          "registry-config",
          KeyTypes.TEXT,
          Places.PULLING_JOBS,
          "The folder of a `config.json` with the logins for this job's pulls, in place of that"
              + " which `DOCKER_CONFIG` names.",
          "/etc/ofelia/team-a");

  /// In the order of the documentation.
  static final List<Key<?>> ALL = List.of(ENGINE, REGISTRY_CONFIG);
}
