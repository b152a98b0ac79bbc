package ofelia.config;

import static ofelia.model.Key.Place.JOB_COMPOSE;
import static ofelia.model.Key.Place.JOB_LOCAL;
import static ofelia.model.Key.Place.JOB_RUN;
import static ofelia.model.Key.Place.JOB_SERVICE_RUN;

import ofelia.model.Key;
import ofelia.model.Key.Place;

/// What to write where a key has no effect, because another one does there what it does elsewhere.
final class Elsewhere {

  private Elsewhere() {}

  static String advice(Place place, Key<?> key) {
    String belongs = "it belongs in " + PlaceNames.list(key.places());
    if (key == ContainerKeys.WORKING_DIR && LocalKeys.DIR.places().contains(place)) {
      return "write " + LocalKeys.DIR;
    }
    if (key == LocalKeys.DIR && ContainerKeys.WORKING_DIR.places().contains(place)) {
      return "write " + ContainerKeys.WORKING_DIR;
    }
    if (place == JOB_SERVICE_RUN) {
      return ofService(key, belongs);
    }
    if (place == JOB_COMPOSE && RunKeys.ALL.contains(key) && key.places().contains(JOB_RUN)) {
      return "the Compose file says it for the service";
    }
    if (place == JOB_LOCAL && key == RunKeys.MEMORY) {
      return "write ulimit = data=SIZE, which limits each process";
    }
    return belongs;
  }

  private static String ofService(Key<?> key, String otherwise) {
    if (key == RunKeys.GPUS) {
      return "Swarm services have no gpus: write generic-resource = KIND=COUNT, with the kind that"
          + " the nodes name";
    }
    if (key == RunKeys.VOLUMES_FROM) {
      return "Swarm services have no volumes of other containers: write volume = NAME:/path";
    }
    if (key == RunKeys.PULL) {
      return "Swarm services have no pull: the node that runs the task looks for the image by itself";
    }
    if (key == RunKeys.CONTAINER_NAME) {
      return "Swarm services have no names for containers: the swarm makes them";
    }
    return otherwise;
  }
}
