package ofelia.config;

import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ofelia.model.Key.Place;

/// What places are called in files and documentation.
final class PlaceNames {

  private PlaceNames() {}

  static String of(Place place) {
    return switch (place) {
      case GLOBAL -> "[global]";
      case DOCKER -> "[docker]";
      case CALENDAR -> "[calendar]";
      case ENGINE -> "[engine]";
      case JOB_EXEC -> "[job-exec]";
      case JOB_RUN -> "[job-run]";
      case JOB_LOCAL -> "[job-local]";
      case JOB_SERVICE_RUN -> "[job-service-run]";
      case JOB_COMPOSE -> "[job-compose]";
      case JOB_HTTP -> "[job-http]";
      case JOB_CONTAINER -> "[job-container]";
      case JOB_NOOP -> "[job-noop]";
      case GLOBAL_LABEL -> "a label of the service container";
    };
  }

  /// `[job-exec], [job-run]`, in the order of the places.
  static String list(Collection<Place> places) {
    return Stream.of(Place.values())
        .filter(places::contains)
        .filter(p -> p != Place.GLOBAL_LABEL)
        .map(PlaceNames::of)
        .collect(Collectors.joining(", "));
  }
}
