package ofelia.runner;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import ofelia.config.ContainerKeys;
import ofelia.docker.Container;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;

/// The variables of a run in a container: of `env-file`, of `env-from`, of `environment`, and what
/// each run is told.
final class ContainerVariables {

  private ContainerVariables() {}

  /// @return `NAME=value` each
  /// @throws IOException if a file cannot be read, or a container does not exist
  static List<String> of(DockerClient client, RunRequest request, RunSink sink)
      throws IOException, InterruptedException {
    Variables variables = new Variables();
    variables.addFiles(request.job().settings());
    for (String container : request.job().settings().get(ContainerKeys.ENV_FROM)) {
      copy(client, container, variables.values());
    }
    variables.addWritten(request, sink);
    return variables.values().entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .toList();
  }

  private static void copy(DockerClient client, String container, Map<String, String> values)
      throws IOException, InterruptedException {
    Container source;
    try {
      source = Asking.once(() -> client.containers().inspect(container, Asking.soon()));
    } catch (DockerException e) {
      throw new IOException("cannot copy variables by env-from: " + e.getMessage(), e);
    }
    for (String entry : source.config().env()) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        values.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
  }
}
