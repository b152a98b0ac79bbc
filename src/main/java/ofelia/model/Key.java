package ofelia.model;

import java.util.Optional;
import java.util.Set;

/// A setting that people may write, declared once: this declaration parses it, checks it and
/// documents it.
///
/// Compared by identity: there is one object for each key.
public final class Key<T> {

  /// Where a key may be written.
  public enum Place {
    GLOBAL,
    DOCKER,
    CALENDAR,
    /// `[engine "name"]`.
    ENGINE,
    JOB_EXEC,
    JOB_RUN,
    JOB_LOCAL,
    JOB_SERVICE_RUN,
    JOB_COMPOSE,
    JOB_HTTP,
    JOB_CONTAINER,
    JOB_NOOP,
    /// As a label on the service container, beside `GLOBAL`.
    GLOBAL_LABEL
  }

  private final String name;
  private final ValueType<T> type;
  private final Optional<T> fallback;
  private final Set<Place> places;
  private final String meaning;
  private final String example;
  private final boolean effective;

  /// @param name lower case with dashes, e.g. `max-lateness`
  /// @param fallback the value when nobody wrote one; empty when there is none
  /// @param meaning a sentence or two for the documentation
  /// @param example a value that can be copied
  /// @param effective false for keys of the Go Ofelia that are accepted and do nothing yet
  public Key(
      String name,
      ValueType<T> type,
      Optional<T> fallback,
      Set<Place> places,
      String meaning,
      String example,
      boolean effective) {
    this.name = name;
    this.type = type;
    this.fallback = fallback;
    this.places = Set.copyOf(places);
    this.meaning = meaning;
    this.example = example;
    this.effective = effective;
  }

  public String name() {
    return name;
  }

  public ValueType<T> type() {
    return type;
  }

  public Optional<T> fallback() {
    return fallback;
  }

  public Set<Place> places() {
    return places;
  }

  public String meaning() {
    return meaning;
  }

  public String example() {
    return example;
  }

  public boolean isEffective() {
    return effective;
  }

  @Override
  public String toString() {
    return name;
  }
}
