package ofelia.cli;

import ofelia.app.Version;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `ofelia version`.
final class VersionCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Options.command("version", "Shows the version.", "ofelia version", "ofelia --version")
        .addOption(Options.json());
  }

  @Override
  public int run(ParseResult given, Console console) {
    if (Options.isSet(given, "--json")) {
      JsonLines.of(VersionLine.class, console).print(new VersionLine(Version.TEXT));
    } else {
      console.out().println(text());
    }
    return Main.DONE;
  }

  static String text() {
    return "ofelia " + Version.TEXT;
  }
}
