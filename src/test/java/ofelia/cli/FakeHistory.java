package ofelia.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobName;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;

/// What a test put on record.
final class FakeHistory implements History {

  final List<BookedJob> jobs = new ArrayList<>();

  /// Texts by names.
  final Map<String, String> calendars = new LinkedHashMap<>();

  /// The latest first.
  final List<HistoryEntry> entries = new ArrayList<>();

  /// What each call of [#output] finds beyond what the ones before it found; the last one
  /// completes.
  final Map<RunId, List<List<Piece>>> outputs = new LinkedHashMap<>();

  int closed;

  /// @param channel empty for a mark
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  record Piece(Optional<OutputChannel> channel, long atMillis, byte[] bytes) {
    static Piece out(String text) {
      return of(Optional.of(OutputChannel.STDOUT), text.getBytes(StandardCharsets.UTF_8));
    }

    static Piece err(String text) {
      return of(Optional.of(OutputChannel.STDERR), text.getBytes(StandardCharsets.UTF_8));
    }

    static Piece mark(String text) {
      return of(Optional.empty(), text.getBytes(StandardCharsets.UTF_8));
    }

    static Piece of(Optional<OutputChannel> channel, byte[] bytes) {
      return new Piece(channel, CommandLineTest.NOW, bytes);
    }
  }

  @Override
  public List<BookedJob> book() {
    return jobs;
  }

  @Override
  public Map<String, String> calendars() {
    return calendars;
  }

  @Override
  public void visit(Optional<JobName> job, long nowMillis, Predicate<HistoryEntry> visitor) {
    boolean _ =
        entries.stream()
            .filter(entry -> job.isEmpty() || job.get().equals(entry.job()))
            .filter(entry -> entry.dueMillis() <= nowMillis)
            .allMatch(visitor);
  }

  @Override
  public List<HistoryEntry> find(String runOrEnd) {
    return entries.stream()
        .filter(entry -> entry.run().isPresent())
        .filter(entry -> entry.run().get().toString().endsWith(runOrEnd))
        .toList();
  }

  @Override
  public Set<String> handles(RunId run) {
    return Set.of();
  }

  @Override
  public OutputPosition output(RunId run, OutputPosition position, OutputReader sink)
      throws IOException {
    List<List<Piece>> steps = outputs.getOrDefault(run, List.of(List.of()));
    int step = Math.toIntExact(position.offset());
    for (Piece piece : steps.get(step)) {
      if (piece.channel().isPresent()) {
        sink.piece(piece.channel().get(), piece.atMillis(), piece.bytes(), 0, piece.bytes().length);
      } else {
        sink.mark(piece.atMillis(), new String(piece.bytes(), StandardCharsets.UTF_8));
      }
    }
    return new OutputPosition(1, step + 1L, step + 1 == steps.size());
  }

  @Override
  public void close() {
    closed++;
  }
}
