package ofelia.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import ofelia.config.Calendars;
import ofelia.config.Configuration;
import ofelia.config.ConfigurationReader;
import ofelia.config.DockerKeys;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.plugin.JobSource;
import ofelia.source.ConfigFiles.Contents;
import ofelia.syntax.IniFile;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Jobs from INI files, followed by looking at the files' text at each `config-poll-interval`.
///
/// # How changes are noticed
///
/// By content. Times of modification miss files that were moved into place or restored with their
/// old times, links that point elsewhere, and files taken away from a directory. A changed text is
/// taken up when two looks in a row agree on it, so that a file being written is not read half.
///
/// # What a bad file does
///
/// Nothing: what was read before stays in force, and the log says so once for each new text. The
/// same holds when all files are gone. Of several files, one that is taken away takes its jobs
/// along.
///
/// Safe for any thread. [#follow] starts one, which [#close] ends.
public final class IniSource implements JobSource {

  private static final Logger LOG = LoggerFactory.getLogger(IniSource.class);

  /// How long a changed text must stay the same before it is taken up.
  private static final Duration SETTLE = Duration.ofMillis(100);

  /// Looks at a text that keeps changing before giving it another interval.
  private static final int MAX_LOOKS = 50;

  private static final Duration LONG_TIME = Duration.ofDays(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String path;
  private final ConfigFiles files;
  private final ConfigurationReader reader;
  private final Crew crew;
  private final Signal wakeUp;

  /// Guards everything below, and is held during callbacks, so that they come one after the other.
  private final ReentrantLock lock = new ReentrantLock();

  /// Changed under the lock and read without it: whoever asks may hold a lock of its own that a
  /// callback waits for.
  private volatile Configuration current =
      Configuration.unreadable(Settings.EMPTY, Settings.EMPTY, List.of());

  /// What jobs are to inherit from labels. Changed without the lock, as `current` is read.
  private volatile Settings fromLabels = Settings.EMPTY;

  /// What those of `current` inherit.
  private Settings inherited = Settings.EMPTY;

  /// Whether `current` comes from files, and not from there being none.
  private boolean isFromFiles;

  /// Digest of the contents last judged, good or bad; null before the first look.
  private byte @Nullable [] judged;

  /// What the contents last judged referred to.
  private volatile List<Path> beside = List.of();

  private @Nullable Consumer<Reading> sink;
  private @Nullable Hand watcher;

  /// @param path a file, or a pattern that may match several
  public IniSource(String path, ConfigurationReader reader, Time time, Crew crew) {
    this.path = path;
    this.files = new ConfigFiles(path);
    this.reader = reader;
    this.crew = crew;
    this.wakeUp = time.newSignal();
  }

  @Override
  public String name() {
    return ConfigurationReader.SOURCE;
  }

  /// Reads the files for the first time. Without any file there are no jobs, and a warning says so.
  ///
  /// @return what they say; when it is not readable, the daemon must not start with it
  public Configuration load() {
    lock.lock();
    try {
      Contents contents = read();
      current = understand(contents);
      isFromFiles = current.isReadable() && !contents.isMissing();
      return current;
    } finally {
      lock.unlock();
    }
  }

  /// What is in force: the last files that could be read.
  public Configuration current() {
    return current;
  }

  /// Has the jobs inherit what labels set for all, where nothing stronger is written: soon, in this
  /// source's own thread, since whoever calls may hold a lock that its callback waits for.
  public void inherit(Settings fromLabels) {
    this.fromLabels = fromLabels;
    wakeUp.raise();
  }

  @Override
  public void follow(Consumer<Reading> sink) {
    lock.lock();
    try {
      if (judged == null) {
        load();
      }
      this.sink = sink;
      tell();
      watcher = crew.startLoop("source-ini", this::watch);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Problem> reload() {
    lock.lock();
    try {
      Judgement judgement = judge(read());
      tell();
      wakeUp.raise();
      return judgement.problems;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    Hand hand;
    lock.lock();
    try {
      sink = null;
      hand = watcher;
      watcher = null;
    } finally {
      lock.unlock();
    }
    if (hand == null) {
      return;
    }
    hand.interrupt();
    try {
      if (!hand.join(CLOSE_LIMIT)) {
        LOG.warn("still reading {} after {} s; left behind", path, CLOSE_LIMIT.toSeconds());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try {
      while (true) {
        inheritAgain();
        Duration interval = current().docker().get(DockerKeys.CONFIG_POLL_INTERVAL);
        // A raised signal only means that the interval may be another one now, or what is
        // inherited.
        if (!wakeUp.await(interval.isZero() ? LONG_TIME : interval) && !interval.isZero()) {
          look();
        }
      }
    } catch (InterruptedException _) {
      // Told to leave by close(), which waits for the end of this method.
      Thread.currentThread().interrupt();
    }
  }

  private Contents read() {
    return files.read(beside);
  }

  /// Looks once whether something changed, and takes it up when it has settled.
  private void look() throws InterruptedException {
    Contents contents = read();
    for (int looks = 1; !isJudged(contents) && looks < MAX_LOOKS; looks++) {
      wakeUp.await(SETTLE);
      Contents again = read();
      if (again.equals(contents)) {
        take(again);
        return;
      }
      contents = again;
    }
  }

  /// Reads what is in force once more if labels say something else than when it was read.
  private void inheritAgain() {
    lock.lock();
    try {
      if (fromLabels.equals(inherited)) {
        return;
      }
      Contents contents = read();
      // A text that has changed is read with these settings in any case, when it has settled.
      if (Arrays.equals(ContentDigest.of(contents), judged) && judge(contents).isTaken) {
        tell();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isJudged(Contents contents) {
    byte[] digest = ContentDigest.of(contents);
    lock.lock();
    try {
      return Arrays.equals(digest, judged);
    } finally {
      lock.unlock();
    }
  }

  private void take(Contents contents) {
    lock.lock();
    try {
      Judgement judgement = judge(contents);
      if (judgement.isTaken) {
        LOG.info("{} changed: {} jobs", path, current.jobs().size());
        tell();
      } else {
        LOG.warn("{} changed and is not taken up; what was read before stays in force", path);
      }
      judgement.problems.forEach(
          problem -> LOG.atLevel(problem.isError() ? Level.ERROR : Level.WARN).log(problem.text()));
    } finally {
      lock.unlock();
    }
  }

  private record Judgement(boolean isTaken, List<Problem> problems) {}

  /// Puts contents in force if they can be read.
  private Judgement judge(Contents contents) {
    if (contents.isMissing() && isFromFiles) {
      judged = ContentDigest.of(contents);
      return new Judgement(false, List.of(missing("what was read before stays in force")));
    }
    Configuration next = understand(contents);
    if (next.isReadable()) {
      current = next;
      isFromFiles = !contents.isMissing();
    }
    return new Judgement(next.isReadable(), next.allProblems());
  }

  /// What the contents say. They are read once more where they refer to other files than before: a
  /// change of those from now on is a change of the contents.
  private Configuration understand(Contents contents) {
    Configuration said = contents.isMissing() ? withoutFiles() : configuration(contents);
    List<Path> others = said.calendars().files();
    if (others.equals(beside)) {
      judged = ContentDigest.of(contents);
      return said;
    }
    beside = others;
    Contents all = read();
    judged = ContentDigest.of(all);
    return all.isMissing() ? withoutFiles() : configuration(all);
  }

  private void tell() {
    if (sink != null && current.isReadable()) {
      sink.accept(new Reading(current.jobs(), current.problems()));
    }
  }

  private Configuration configuration(Contents contents) {
    List<IniFile> parsed =
        contents.texts().stream().map(t -> IniFile.parse(t.path(), t.text())).toList();
    inherited = fromLabels;
    Configuration read = reader.read(parsed, inherited);
    if (contents.problems().isEmpty()) {
      return read;
    }
    List<Problem> problems = new ArrayList<>(contents.problems());
    problems.addAll(read.problems());
    return Configuration.unreadable(read.global(), read.docker(), problems);
  }

  private Configuration withoutFiles() {
    inherited = fromLabels;
    Configuration empty = reader.read(List.of());
    List<Problem> problems = new ArrayList<>(empty.problems());
    problems.add(missing("there are no jobs from files"));
    return new Configuration(
        empty.global(), empty.docker(), Calendars.NONE, List.of(), problems, true);
  }

  private Problem missing(String consequence) {
    return Problem.warning(
        Origin.of(path), "", "there is no such file; " + consequence, "check --config");
  }
}
