package ofelia.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ofelia.model.Key;
import ofelia.model.Origin;
import ofelia.model.Problem;

/// Collects what there is to say about a configuration. Keys without effect are told once each,
/// with the number of places, since a file may have one in each of its jobs.
final class Remarks {

  private final List<Problem> problems = new ArrayList<>();
  private final Map<Key<?>, Ineffective> ineffective = new LinkedHashMap<>();

  private record Ineffective(Origin first, String subject, int count) {}

  void add(Problem problem) {
    problems.add(problem);
  }

  void warn(Origin origin, String subject, String found, String advice) {
    add(Problem.warning(origin, subject, found, advice));
  }

  void error(Origin origin, String subject, String found, String advice) {
    add(Problem.error(origin, subject, found, advice));
  }

  /// Notes that a key was written that does nothing in this version.
  void addIneffective(Key<?> key, Origin origin, String subject) {
    ineffective.merge(
        key,
        new Ineffective(origin, subject, 1),
        (old, _) -> new Ineffective(old.first, old.subject, old.count + 1));
  }

  /// Everything that was noted.
  List<Problem> all() {
    List<Problem> all = new ArrayList<>(problems);
    ineffective.forEach((_, where) -> {
      String places = where.count == 1 ? "" : " (written in " + where.count + " places)";
      all.add(
          Problem.warning(
              where.first,
              where.subject,
              "is accepted and has no effect in this version yet" + places,
              ""));
    });
    return List.copyOf(all);
  }
}
