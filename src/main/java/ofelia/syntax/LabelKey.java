package ofelia.syntax;

import java.util.List;

/// The key of a container label, split at its dots.
///
/// `ofelia.TYPE.NAME.PARAMETER` describes a job or a webhook, `ofelia.KEY` a global setting. The
/// first segment only has to begin with `ofelia`; a key of three segments is a global setting named
/// by the second, as in the Go Ofelia.
public sealed interface LabelKey {

  /// Prefix of all labels that are read, without the dot.
  String PREFIX = "ofelia";

  /// A parameter of a named job or webhook.
  ///
  /// @param ignored segments after the fourth, which a name with dots leads to; mostly empty
  record Parameter(String type, String name, String parameter, List<String> ignored)
      implements LabelKey {

    public Parameter {
      ignored = List.copyOf(ignored);
    }
  }

  /// A global setting.
  ///
  /// @param ignored the third segment, if there is one
  record Global(String key, List<String> ignored) implements LabelKey {

    public Global {
      ignored = List.copyOf(ignored);
    }
  }

  /// Nothing for Ofelia.
  record Foreign() implements LabelKey {}

  /// Splits `label`; never fails.
  static LabelKey parse(String label) {
    if (!label.startsWith(PREFIX)) {
      return new Foreign();
    }
    List<String> segments = List.of(label.split("\\.", -1));
    int count = segments.size();
    if (count == 1) {
      return new Foreign();
    }
    if (count < 4) {
      return new Global(segments.get(1), segments.subList(2, count));
    }
    return new Parameter(
        segments.get(1), segments.get(2), segments.get(3), segments.subList(4, count));
  }
}
