package ofelia.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ofelia.app.StorePlaces;
import ofelia.sql.Permission;
import ofelia.web.ControlClient;
import ofelia.web.ControlClient.RefusedException;
import ofelia.wire.ConnectFailedException;
import ofelia.wire.DeadlineExceededException;
import picocli.CommandLine.ParseResult;

/// How commands reach the daemon.
final class Sockets {

  private Sockets() {}

  /// What is asked of the daemon.
  interface Question<T> {
    T ask(ControlClient daemon) throws IOException, RefusedException;
  }

  /// Asks the daemon that holds the store.
  ///
  /// @throws CommandException when none listens, it does not answer, or it says no
  static <T> T ask(ParseResult given, Console console, Question<T> question)
      throws CommandException {
    List<Path> sockets = candidates(Stores.places(given, console));
    Optional<Path> socket = sockets.stream().filter(Files::exists).findFirst();
    if (socket.isEmpty()) {
      throw sockets.stream()
          .flatMap(wanted -> Permission.barrier(wanted).stream())
          .findFirst()
          .map(Stores::denied)
          .orElseGet(() -> nobody(sockets));
    }
    if (!Files.isWritable(socket.get())) {
      throw Stores.denied(Permission.denied(socket.get()));
    }
    try {
      return question.ask(new ControlClient(socket.get()));
    } catch (RefusedException e) {
      throw new CommandException(String.valueOf(e.getMessage()));
    } catch (ConnectFailedException _) {
      throw nobody(List.of(socket.get()));
    } catch (DeadlineExceededException e) {
      throw new CommandException(
          "the daemon at \"" + socket.get() + "\" does not answer: " + e.getMessage());
    } catch (IOException e) {
      throw new CommandException(
          "talking to the daemon at \"" + socket.get() + "\" failed: " + e.getMessage());
    }
  }

  /// Whether a daemon listens beside a store; true as well where that cannot be told, since this
  /// user may not ask.
  static boolean isAnswered(Path store) {
    Path socket = StorePlaces.socketIn(store);
    if (Files.exists(socket) && !Files.isWritable(socket)) {
      return true;
    }
    return new ControlClient(socket).isAnswered();
  }

  private static List<Path> candidates(StorePlaces places) {
    return Stream.concat(places.forReaders().stream(), Stream.of(places.forDaemon()))
        .distinct()
        .map(StorePlaces::socketIn)
        .toList();
  }

  private static CommandException nobody(List<Path> sockets) {
    return new CommandException(
        sockets.stream()
            .map(socket -> "\"" + socket + "\"")
            .collect(
                Collectors.joining(
                    ", ",
                    "no daemon listens at ",
                    "; start it with \"ofelia daemon\", or name its store with --store")));
  }
}
