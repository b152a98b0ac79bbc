package ofelia.cli;

import ofelia.app.Version;
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

  static String text() {
    return "ofelia " + Version.TEXT;
  }
}
