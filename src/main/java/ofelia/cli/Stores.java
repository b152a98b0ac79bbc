package ofelia.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import ofelia.app.StorePlaces;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobName;
import ofelia.syntax.FileText;
import ofelia.syntax.Glob;
import ofelia.syntax.IniEntry;
import ofelia.syntax.IniFile;
import ofelia.syntax.KeyName;
import ofelia.syntax.Nearest;
import ofelia.syntax.Substitution;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// How commands find the store, with or without a daemon beside it.
final class Stores {

  private static final String NAME = "--store";

  private Stores() {}

  static OptionSpec option() {
    return Options.path(
        "Directory of the store. Default: $OFELIA_STORE, else store in [global], else"
            + " $XDG_STATE_HOME/ofelia, /var/lib/ofelia or one in the home"
            + " directory.",
        NAME);
  }

  static StorePlaces places(ParseResult given, Console console) {
    return StorePlaces.of(
        Options.find(given, NAME),
        console.environment(),
        () -> configured(ConfigOption.pathOf(given, console.environment()), console));
  }

  /// Opens the store for reading.
  ///
  /// @throws CommandException when there is none, with the places looked at
  static History open(ParseResult given, Console console) throws CommandException {
    return console.stores().apply(find(given, console));
  }

  /// The directory of the store.
  ///
  /// @throws CommandException when there is none, with the places looked at
  static Path find(ParseResult given, Console console) throws CommandException {
    StorePlaces places = places(given, console);
    return places.findExisting().orElseThrow(() -> nothingIn(places));
  }

  private static CommandException nothingIn(StorePlaces places) {
    if (places.isMemory()) {
      return new CommandException(
          "the store is set to \":memory:\", which only the daemon itself can read; give it a"
              + " directory with --store, OFELIA_STORE or store in [global]");
    }
    Optional<String> barrier = places.barrier();
    if (barrier.isPresent()) {
      return denied(barrier.get());
    }
    return new CommandException(
        places.forReaders().stream()
            .map(place -> "\"" + place + "\"")
            .collect(
                Collectors.joining(
                    ", ",
                    "there is no store yet: looked in ",
                    "; start the daemon once, or name its store with --store")));
  }

  /// Says on standard error that what was printed stands still.
  ///
  /// @param consequence of there being no daemon
  static void warnOfNoDaemon(Path store, String consequence, Console console) {
    console.out().flush();
    console
        .err()
        .println(
            "ofelia: no daemon holds the store in \""
                + store
                + "\": "
                + consequence
                + ", and this is how things stood at its last record");
  }

  /// @param barrier whose it is that may not be used
  static CommandException denied(String barrier) {
    return new CommandException(
        barrier + "; run this as that user, or name another store with --store");
  }

  /// `store` in `[global]`, read without the rest of the configuration: problems elsewhere in the
  /// file are no concern of somebody who looks at history.
  private static Optional<String> configured(String path, Console console) {
    Path file = Path.of(path);
    if (Glob.isPattern(path) || !Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      return IniFile.parse(path, FileText.decode(Files.readAllBytes(file))).sections().stream()
          .filter(section -> section.header().equals("global"))
          .flatMap(section -> section.entries().stream())
          .filter(entry -> KeyName.normalize(entry.key()).equals("store"))
          .map(IniEntry::value)
          .reduce((_, later) -> later)
          .map(value ->
              Substitution.expand(
                      value, name -> Optional.ofNullable(console.environment().get(name)))
                  .text());
    } catch (IOException _) {
      // A directory, or gone meanwhile: then it names no store.
      return Optional.empty();
    }
  }

  /// The job of that name in the book.
  ///
  /// @throws CommandException when there is none, with the nearest name
  static BookedJob require(String name, History history) throws CommandException {
    Collection<BookedJob> book = history.book();
    Optional<BookedJob> found =
        book.stream().filter(job -> job.name().value().equals(name)).findFirst();
    if (found.isEmpty()) {
      List<String> known =
          book.stream()
              .map(BookedJob::name)
              .sorted(Comparator.naturalOrder())
              .map(JobName::value)
              .toList();
      throw new CommandException(
          "there is no job \""
              + name
              + "\" on record; "
              + Nearest.of(name, known)
                  .map(near -> "did you mean \"" + near + "\"?")
                  .orElse("\"ofelia jobs --all\" lists them"));
    }
    return found.get();
  }

  /// The run of that number, or with that end.
  ///
  /// @throws CommandException when there is none, or when there are several
  static HistoryEntry requireRun(String wanted, History history) throws CommandException {
    List<HistoryEntry> found = history.find(wanted);
    if (found.isEmpty()) {
      throw new CommandException(
          "there is no run \"" + wanted + "\" on record; \"ofelia history --all\" lists them");
    }
    if (found.size() > 1) {
      StringBuilder message =
          new StringBuilder("several runs end with \"" + wanted + "\"; write more of it:");
      for (HistoryEntry entry : found) {
        message.append("\n  ").append(entry.run().orElseThrow()).append("  ").append(entry.job());
      }
      throw new CommandException(message.toString());
    }
    return found.getFirst();
  }
}
