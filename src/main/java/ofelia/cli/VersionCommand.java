package ofelia.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia version`.
final class VersionCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Options.command("version", "Shows the version.");
  }

  @Override
  public int run(ParseResult given, Console console) {
    console.out().println(text());
    return Main.DONE;
  }

  /// The version in the jar's manifest; `development` when the program runs from a classes folder.
  static String text() {
    return "ofelia "
        + Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
            .orElse("development");
  }
}
