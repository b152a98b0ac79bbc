package ofelia.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.model.ValueSyntaxException;

/// Reads the keys of one section, or of one place like it: looks each key up, reads its value by
/// the key's declaration, and says what is wrong.
///
/// Repeated keys mean what they mean to the Go Ofelia: a list takes all values in order, any other
/// key must come down to one value after empty and equal ones are dropped.
final class SectionReader {

  /// What a section says.
  ///
  /// @param settings the values that could be read
  /// @param from where each of them was written, the last place of lists
  /// @param errors values that could not be read
  record Section(Settings settings, Map<Key<?>, Written> from, List<Problem> errors) {}

  private final Place place;
  private final UnaryOperator<String> subject;
  private final Remarks remarks;

  private final Settings.Builder settings = new Settings.Builder();
  private final Map<Key<?>, Written> from = new LinkedHashMap<>();
  private final List<Problem> errors = new ArrayList<>();

  private SectionReader(Place place, UnaryOperator<String> subject, Remarks remarks) {
    this.place = place;
    this.subject = subject;
    this.remarks = remarks;
  }

  /// Reads all of `written`.
  ///
  /// @param subject names a key of this section for people: `schedule` becomes `[job-exec "a"]
  ///   schedule`
  /// @param remarks gets the warnings; errors are in the result
  static Section read(
      Place place, UnaryOperator<String> subject, List<Written> written, Remarks remarks) {
    SectionReader reader = new SectionReader(place, subject, remarks);
    reader.group(written).forEach(reader::readKey);
    return new Section(reader.settings.build(), reader.from, reader.errors);
  }

  private Map<Key<?>, List<Written>> group(List<Written> written) {
    Map<Key<?>, List<Written>> groups = new LinkedHashMap<>();
    for (Written one : written) {
      Key<?> key = Keys.find(one.key()).orElse(null);
      if (key == null) {
        List<String> known = Keys.in(place).stream().map(Key::name).toList();
        remarks.warn(
            one.keyOrigin(),
            subject.apply(one.key()),
            "is not a known key and is ignored",
            Spelling.suggest(one.key(), known, ""));
      } else if (!key.places().contains(place)) {
        remarks.warn(
            one.keyOrigin(),
            subject.apply(key.name()),
            "has no effect here and is ignored",
            Elsewhere.advice(place, key));
      } else if (!key.isEffective()) {
        remarks.addIneffective(key, one.keyOrigin(), subject.apply(key.name()));
      } else {
        groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(one);
      }
    }
    return groups;
  }

  private <T> void readKey(Key<T> key, List<Written> written) {
    if (key.type().isList()) {
      readList(key, written);
      return;
    }
    List<Written> distinct = distinct(key, written);
    if (distinct.size() > 1) {
      Written second = distinct.get(1);
      errors.add(
          Problem.error(
              second.keyOrigin(),
              subject.apply(key.name()),
              "is written more than once, first at " + distinct.getFirst().keyOrigin(),
              "keep one of them: this key takes one value"));
      return;
    }
    Written only = distinct.getFirst();
    try {
      T value = key.type().parse(only.value());
      boolean isUnset =
          KeyTypes.DURATION_OR_UNSET.equals(key.type()) && value.equals(Duration.ZERO);
      if (!isUnset) {
        settings.put(key, value);
        from.put(key, only);
      }
    } catch (ValueSyntaxException e) {
      errors.add(problem(key, only, e));
    }
  }

  /// The values to choose from: without empty and equal ones, and where several spellings of the
  /// key are used, those of the canonical spelling.
  private List<Written> distinct(Key<?> key, List<Written> written) {
    if (written.size() == 1) {
      return written;
    }
    Map<String, Written> byValue = new LinkedHashMap<>();
    written.stream()
        .filter(w -> !w.value().isEmpty())
        .forEach(w -> byValue.putIfAbsent(w.value(), w));
    if (byValue.isEmpty()) {
      return written.subList(0, 1);
    }
    List<Written> all = List.copyOf(byValue.values());
    List<Written> canonical =
        all.stream().filter(w -> w.key().equalsIgnoreCase(key.name())).toList();
    if (all.size() > 1 && canonical.size() == 1) {
      Origin kept = canonical.getFirst().keyOrigin();
      all.stream()
          .filter(w -> !w.equals(canonical.getFirst()))
          .forEach(w ->
              remarks.warn(
                  w.keyOrigin(),
                  subject.apply(w.key()),
                  "is another spelling of \"" + key + "\" at " + kept + " and is ignored",
                  "keep one of them"));
      return canonical;
    }
    return all;
  }

  private <T> void readList(Key<T> key, List<Written> written) {
    List<Object> values = new ArrayList<>();
    for (Written one : written) {
      try {
        for (Object value : (List<?>) key.type().parse(one.value())) {
          if (!values.contains(value)) {
            values.add(value);
          }
        }
      } catch (ValueSyntaxException e) {
        errors.add(problem(key, one, e));
      }
    }
    if (values.isEmpty()) {
      return;
    }
    // The type of a list key is a list, by contract of ValueType.isList().
    @SuppressWarnings("unchecked")
    T joined = (T) List.copyOf(values);
    settings.put(key, joined);
    from.put(key, written.getLast());
  }

  private Problem problem(Key<?> key, Written written, ValueSyntaxException e) {
    return Problem.error(
        written.originAt(e.offset()), subject.apply(key.name()), message(e), e.advice());
  }

  private static String message(ValueSyntaxException e) {
    return Objects.requireNonNullElse(e.getMessage(), "cannot be read");
  }
}
