import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What was measured: one row for each contender and load, one column for each figure, medians of
/// all repetitions.
final class Report {

  /// What a row is about.
  ///
  /// @param load `1000 true`
  private record Subject(String contender, String load) {}

  private final String part;
  private final Map<Subject, Map<String, List<Double>>> rows = new LinkedHashMap<>();

  /// Figures that are also printed as a ratio to the same of another contender.
  private final Map<String, List<String>> ratios = new LinkedHashMap<>();

  Report(String part) {
    this.part = part;
  }

  void add(String contender, String load, String figure, double value) {
    if (!Double.isNaN(value)) {
      rows.computeIfAbsent(new Subject(contender, load), _ -> new LinkedHashMap<>())
          .computeIfAbsent(figure, _ -> new ArrayList<>())
          .add(value);
    }
  }

  /// Prints `figure` also over that of the first of these contenders that was measured under the
  /// same load.
  void compare(String figure, String... references) {
    ratios.put(figure, List.of(references));
  }

  void print(boolean json) {
    if (json) {
      rows.forEach((subject, figures) -> System.out.println(json(subject, figures)));
    } else {
      table();
    }
    System.out.flush();
  }

  private String json(Subject subject, Map<String, List<Double>> figures) {
    StringBuilder line = new StringBuilder();
    line.append("{\"part\":\"%s\",\"contender\":\"%s\",\"load\":\"%s\""
        .formatted(part, subject.contender, subject.load));
    figures.forEach(
        (figure, values) -> line.append(",\"%s\":%s".formatted(figure, round(median(values)))));
    for (String figure : ratios.keySet()) {
      double ratio = ratio(subject, figure);
      if (!Double.isNaN(ratio)) {
        line.append(",\"%s ratio\":%s".formatted(figure, round(ratio)));
      }
    }
    return line.append('}').toString();
  }

  private void table() {
    Set<String> figures = new LinkedHashSet<>();
    rows.values().forEach(row -> figures.addAll(row.keySet()));
    List<List<String>> lines = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of(part, "load"));
    for (String figure : figures) {
      header.add(figure);
      if (ratios.containsKey(figure)) {
        header.add("ratio");
      }
    }
    lines.add(header);
    rows.forEach(
        (subject, row) -> {
          List<String> line = new ArrayList<>(List.of(subject.contender, subject.load));
          for (String figure : figures) {
            line.add(row.containsKey(figure) ? round(median(row.get(figure))) : "-");
            if (ratios.containsKey(figure)) {
              double ratio = ratio(subject, figure);
              line.add(Double.isNaN(ratio) ? "" : round(ratio));
            }
          }
          lines.add(line);
        });
    print(lines);
  }

  private static void print(List<List<String>> lines) {
    int[] widths = new int[lines.getFirst().size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    System.out.println();
    for (int row = 0; row < lines.size(); row++) {
      StringBuilder text = new StringBuilder("|");
      StringBuilder rule = new StringBuilder("|");
      for (int i = 0; i < widths.length; i++) {
        String cell = lines.get(row).get(i);
        String pad = " ".repeat(widths[i] - cell.length());
        boolean isText = i < 2;
        text.append(' ').append(isText ? cell + pad : pad + cell).append(" |");
        rule.append("-".repeat(widths[i] + 1)).append(isText ? "-" : ":").append('|');
      }
      System.out.println(text);
      if (row == 0) {
        System.out.println(rule);
      }
    }
  }

  private double ratio(Subject subject, String figure) {
    double own = of(subject, figure);
    for (String reference : ratios.get(figure)) {
      double other = of(new Subject(reference, subject.load), figure);
      if (!Double.isNaN(other) && other != 0) {
        return reference.equals(subject.contender) ? Double.NaN : own / other;
      }
    }
    return Double.NaN;
  }

  private double of(Subject subject, String figure) {
    List<Double> values = rows.getOrDefault(subject, Map.of()).getOrDefault(figure, List.of());
    return values.isEmpty() ? Double.NaN : median(values);
  }

  static double median(List<Double> values) {
    return quantile(values.stream().mapToDouble(Double::doubleValue).toArray(), 0.5);
  }

  /// The smallest value that so large a part of all values does not exceed.
  static double quantile(double[] values, double part) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
  }

  private static String round(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e9) {
      return Long.toString((long) value);
    }
    return size >= 100
        ? Long.toString(Math.round(value))
        : size >= 10 ? "%.1f".formatted(value) : "%.2f".formatted(value);
  }
}
