package ofelia.cli;

import java.io.File;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// How options and arguments are declared and read in this program: values are text, which the
/// command itself reads, so that its errors are in its own words.
final class Options {

  private Options() {}

  /// `--name VALUE` or `--name=VALUE`.
  static OptionSpec value(String label, String meaning, String... names) {
    return OptionSpec.builder(names)
        .type(String.class)
        .paramLabel(label)
        .description(escaped(meaning))
        .build();
  }

  /// The same for a path, which shells then complete. Not a `Path`, which cannot hold every pattern
  /// on every system.
  static OptionSpec path(String meaning, String... names) {
    return OptionSpec.builder(names)
        .type(File.class)
        .paramLabel("PATH")
        .description(escaped(meaning))
        .build();
  }

  /// The same for one of several words.
  static OptionSpec choice(List<String> words, String meaning, String... names) {
    return value(String.join("|", words), meaning, names).toBuilder()
        .completionCandidates(words)
        .build();
  }

  /// `--name`, `--name=true` or `--name=false`.
  static OptionSpec flag(String meaning, String... names) {
    return OptionSpec.builder(names)
        .type(Boolean.class)
        .arity("0..1")
        .fallbackValue("true")
        .hideParamSyntax(true)
        .paramLabel("")
        .description(escaped(meaning))
        .build();
  }

  static PositionalParamSpec argument(String label, String arity, String meaning) {
    return PositionalParamSpec.builder()
        .index("0..*")
        .arity(arity)
        .required(!arity.startsWith("0"))
        .type(String[].class)
        .auxiliaryTypes(String.class)
        .paramLabel(arity.startsWith("0") ? "[" + label + "]" : label)
        .hideParamSyntax(true)
        .description(escaped(meaning))
        .build();
  }

  static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help.")
        .build();
  }

  static OptionSpec json() {
    return flag("One JSON object a line, for programs.", "--json");
  }

  /// A command's frame: name, a line on what it does, its exit codes and examples.
  static CommandSpec command(String name, String meaning, String... examples) {
    CommandSpec spec = CommandSpec.create().name(name).addOption(help());
    // The first sentence alone stands in the list of commands.
    int end = meaning.indexOf(". ") + 1;
    String[] header =
        end == 0
            ? new String[] {escaped(meaning)}
            : new String[] {
              escaped(meaning.substring(0, end)), escaped(meaning.substring(end).strip())
            };
    spec.usageMessage()
        .header(header)
        .synopsisHeading("%nUsage: ")
        .parameterListHeading("%n")
        .optionListHeading("%n")
        .sortOptions(false);
    if (examples.length > 0) {
      spec.usageMessage().footerHeading("%nExamples:%n");
      String[] lines = new String[examples.length];
      for (int i = 0; i < examples.length; i++) {
        lines[i] = "  " + escaped(examples[i]);
      }
      spec.usageMessage().footer(lines);
    }
    return spec;
  }

  static boolean isSet(ParseResult given, String name) {
    return Boolean.TRUE.equals(given.matchedOptionValue(name, Boolean.FALSE));
  }

  /// The value of an option, given after the command's name, or before it where it belongs to all
  /// commands.
  static Optional<String> find(ParseResult given, String name) {
    return Optional.ofNullable(given.commandSpec().findOption(name).getValue())
        .map(Object::toString);
  }

  /// The one argument, if it was given.
  static Optional<String> argument(ParseResult given) {
    return arguments(given).stream().findFirst();
  }

  static List<String> arguments(ParseResult given) {
    return given.hasMatchedPositional(0)
        ? List.of(given.<String[]>matchedPositionalValue(0, new String[0]))
        : List.of();
  }

  /// A number from `least` on.
  ///
  /// @throws CommandException when the option holds anything else
  static long count(ParseResult given, String name, long least, long fallback)
      throws CommandException {
    Optional<String> text = find(given, name);
    try {
      long count = text.isEmpty() ? fallback : Long.parseLong(text.get());
      if (count >= least) {
        return count;
      }
    } catch (NumberFormatException _) {
      // Told below, together with numbers that are too small.
    }
    throw CommandException.misuse(
        name + " \"" + text.orElse("") + "\" is not a number from " + least + " on");
  }

  /// picocli formats descriptions with `String.format`, and reads `@|…|@` as markup.
  static String escaped(String text) {
    return text.replace("%", "%%").replace("@|", "@\\|");
  }
}
