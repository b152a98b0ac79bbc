package ofelia.web;

import io.avaje.jsonb.Json;
import ofelia.model.Origin;
import ofelia.model.Problem;

/// A problem as programs read it: an object of its own, in answers and in lines.
///
/// @param severity `error` or `warning`; of `validate` also `note`, for what is in order
/// @param place a file's path, a container, `environment`, `command line`
/// @param line from 1; 0 where lines mean nothing
/// @param column from 1; 0 where columns mean nothing
/// @param subject what it is about; may be empty
/// @param found what is wrong
/// @param advice what to write instead; may be empty
@Json
public record ProblemLine(
    String severity,
    String place,
    int line,
    int column,
    String subject,
    String found,
    String advice) {

  public static ProblemLine of(Problem problem) {
    return new ProblemLine(
        problem.severity().word(),
        problem.origin().place(),
        problem.origin().line(),
        problem.origin().column(),
        problem.subject(),
        problem.found(),
        problem.advice());
  }

  public Problem toProblem() {
    Problem.Severity kind =
        severity.equals(Problem.Severity.ERROR.word())
            ? Problem.Severity.ERROR
            : Problem.Severity.WARNING;
    return new Problem(kind, new Origin(place, line, column), subject, found, advice);
  }
}
