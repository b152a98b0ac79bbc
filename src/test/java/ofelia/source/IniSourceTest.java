package ofelia.source;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ofelia.config.Configuration;
import ofelia.config.ConfigurationReader;
import ofelia.config.GlobalKeys;
import ofelia.config.JobKeys;
import ofelia.config.Overrides;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.model.ValueSyntaxException;
import ofelia.plugin.JobSource.Reading;
import ofelia.syntax.GoDuration;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IniSourceTest {

  private static final String FAST = "[docker]\nconfig-poll-interval = 20ms\n";

  @TempDir Path directory = Path.of("");

  private final BlockingQueue<Reading> readings = new LinkedBlockingQueue<>();
  private @Nullable IniSource source;

  @AfterEach
  void close() {
    if (source != null) {
      source.close();
    }
  }

  @Test
  void aMissingFileIsAWarningAndNoJobs() {
    Configuration loaded = open("nothing.ini").load();

    assertThat(loaded.isReadable()).isTrue();
    assertThat(loaded.jobs()).isEmpty();
    assertThat(loaded.hasErrors()).isFalse();
    assertThat(loaded.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("nothing.ini", "no such file"));
  }

  @Test
  void aFileThatIsNoIniFileOrCannotBeReadIsAnError() throws IOException {
    write("bad.ini", "[job-local \"a\"]\nschedule\n");
    Files.createDirectory(directory.resolve("folder.ini"));

    Configuration bad = open("bad.ini").load();
    Configuration folder = open("folder.ini").load();

    assertThat(bad.isReadable()).isFalse();
    assertThat(bad.problems().getFirst().origin().line()).isEqualTo(2);
    assertThat(folder.isReadable()).isFalse();
    assertThat(folder.hasErrors()).isTrue();
  }

  @Test
  void aChangedCalendarFileIsNoticed() throws Exception {
    write("days.ics", ics("20261221"));
    write(
        "ofelia.ini",
        FAST + "[calendar \"days\"]\nics = " + directory.resolve("days.ics") + "\n" + job("a"));
    IniSource source = open("ofelia.ini");
    source.load();
    source.follow(readings::add);
    assertThat(next()).isNotNull();
    assertThat(readings.poll(200, TimeUnit.MILLISECONDS)).as("nothing changed").isNull();

    write("days.ics", ics("20261222"));

    assertThat(next()).isNotNull();
    assertThat(
            requireNonNull(source.current().calendars().byName().get("days"))
                .contains(Instant.parse("2026-12-22T12:00:00Z").toEpochMilli()))
        .isTrue();
  }

  private static String ics(String day) {
    return "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:"
        + day
        + "\nEND:VEVENT\nEND:VCALENDAR\n";
  }

  @Test
  void aPatternReadsAllFilesInTheOrderOfTheirPaths() throws IOException {
    Files.createDirectories(directory.resolve("a/conf"));
    Files.createDirectories(directory.resolve("b/conf"));
    write("b/conf/1.ini", job("b1") + "[global]\ndefault-user = last\n");
    write("a/conf/2.ini", job("a2"));
    write("a/conf/1.ini", job("a1") + "[global]\ndefault-user = first\n");
    write("a/conf/1.bak", job("bak"));

    Configuration loaded = open("[ab]/conf/*.ini").load();

    assertThat(names(loaded)).containsExactly("a1", "a2", "b1");
    assertThat(loaded.global().get(GlobalKeys.DEFAULT_USER)).isEqualTo("last");
    assertThat(names(open("*/conf/1.ini").load())).containsExactly("a1", "b1");
    assertThat(names(open("[x]/*.ini").load())).isEmpty();
  }

  /// Jobs from labels are read under another lock, which asks for this.
  @Test
  void whoeverAsksWhatIsInForceDoesNotWaitForACallback() throws Exception {
    write("c.ini", job("first"));
    IniSource opened = open("c.ini");

    opened.follow(reading ->
        assertThat(CompletableFuture.supplyAsync(() -> names(opened.current())))
            .succeedsWithin(Duration.ofSeconds(5))
            .isEqualTo(List.of("first")));
  }

  @Test
  void jobsInheritFromLabelsWhatNobodyElseSays() throws Exception {
    write("c.ini", job("plain") + job("own") + "max-runtime = 5m\n");
    IniSource opened = open("c.ini");
    opened.follow(readings::add);
    assertThat(limits()).containsExactly("24h", "5m");

    opened.inherit(maxRuntime("2h"));
    assertThat(limits()).containsExactly("2h", "5m");
    assertThat(opened.current().global().isWritten(JobKeys.MAX_RUNTIME)).isFalse();

    opened.inherit(Settings.EMPTY);
    assertThat(limits()).containsExactly("24h", "5m");

    write("c.ini", "[global]\nmax-runtime = 1h\n" + job("plain"));
    opened.reload();
    assertThat(limits()).containsExactly("1h");
    opened.inherit(maxRuntime("3h"));
    assertThat(limits()).as("the file is stronger").containsExactly("1h");
  }

  /// Those of the next reading.
  private List<String> limits() throws InterruptedException {
    Reading reading = requireNonNull(readings.poll(20, TimeUnit.SECONDS));
    return reading.jobs().stream()
        .map(job -> GoDuration.brief(job.settings().get(JobKeys.MAX_RUNTIME)))
        .toList();
  }

  private static Settings maxRuntime(String text) throws ValueSyntaxException {
    return new Settings.Builder()
        .put(JobKeys.MAX_RUNTIME, JobKeys.MAX_RUNTIME.type().parse(text))
        .build();
  }

  @Test
  void takesUpEveryWayAFileCanChange() throws Exception {
    Path file = write("c.ini", FAST + job("first"));
    FileTime old = Files.getLastModifiedTime(file);
    open("c.ini").follow(readings::add);
    assertThat(next()).containsExactly("first");

    // Same size, same time of modification.
    write("c.ini", FAST + job("secnd"));
    Files.setLastModifiedTime(file, old);
    assertThat(next()).containsExactly("secnd");

    // Moved into place, with an older time.
    Path moved = write("new.ini", FAST + job("moved"));
    Files.setLastModifiedTime(moved, FileTime.fromMillis(0));
    Files.move(moved, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    assertThat(next()).containsExactly("moved");

    // Taken away and put back.
    Files.delete(file);
    TimeUnit.MILLISECONDS.sleep(200);
    write("c.ini", FAST + job("back"));
    assertThat(next()).containsExactly("back");
  }

  @Test
  void takesUpALinkThatPointsElsewhere() throws Exception {
    Files.createDirectories(directory.resolve("v1"));
    Files.createDirectories(directory.resolve("v2"));
    write("v1/c.ini", FAST + job("one"));
    write("v2/c.ini", FAST + job("two"));
    Path link = directory.resolve("current");
    Files.createSymbolicLink(link, Path.of("v1"));
    open("current/c.ini").follow(readings::add);
    assertThat(next()).containsExactly("one");

    Path swapped = Files.createSymbolicLink(directory.resolve("swap"), Path.of("v2"));
    Files.move(swapped, link, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

    assertThat(next()).containsExactly("two");
  }

  @Test
  void aFileTakenOutOfADirectoryTakesItsJobsAlongButTheLastOneDoesNot() throws Exception {
    Path a = write("a.ini", FAST + job("a"));
    Path b = write("b.ini", FAST + job("b"));
    IniSource source = open("*.ini");
    source.follow(readings::add);
    assertThat(next()).containsExactly("a", "b");

    Files.delete(b);
    assertThat(next()).containsExactly("a");

    Files.delete(a);
    assertThat(readings.poll(400, TimeUnit.MILLISECONDS)).isNull();
    assertThat(names(source.current())).containsExactly("a");
    assertThat(source.reload())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("stays in force"));
  }

  @Test
  void aBadTextChangesNothingAndAGoodOneIsTakenUpAfterIt() throws Exception {
    write("c.ini", FAST + job("good"));
    IniSource source = open("c.ini");
    source.follow(readings::add);
    assertThat(next()).containsExactly("good");

    write("c.ini", FAST + job("other") + "broken");
    assertThat(readings.poll(400, TimeUnit.MILLISECONDS)).isNull();
    assertThat(source.reload()).anyMatch(Problem::isError);
    assertThat(next()).containsExactly("good");

    write("c.ini", FAST + job("better"));
    assertThat(next()).containsExactly("better");
  }

  @Test
  void reloadCallsBackEvenWhenNothingChanged() throws Exception {
    write("c.ini", "[docker]\nconfig-poll-interval = 0\n" + job("same"));
    IniSource source = open("c.ini");
    source.follow(readings::add);
    assertThat(next()).containsExactly("same");

    assertThat(source.reload()).isEmpty();
    assertThat(next()).containsExactly("same");

    write("c.ini", "[docker]\nconfig-poll-interval = 20ms\n" + job("polled"));
    assertThat(readings.poll(200, TimeUnit.MILLISECONDS)).isNull();
    source.reload();
    assertThat(next()).containsExactly("polled");
    write("c.ini", FAST + job("seen"));
    assertThat(next()).containsExactly("seen");

    source.close();
    write("c.ini", FAST + job("late"));
    assertThat(readings.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }

  private IniSource open(String pattern) {
    close();
    ConfigurationReader reader =
        new ConfigurationReader(_ -> Optional.empty(), ZoneId.of("UTC"), Overrides.NONE);
    IniSource opened =
        new IniSource(directory + "/" + pattern, reader, new SystemTime(), new SystemCrew());
    source = opened;
    return opened;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static String job(String name) {
    return "[job-local \"" + name + "\"]\nschedule = @daily\ncommand = true\n";
  }

  private List<String> next() throws InterruptedException {
    Reading reading = requireNonNull(readings.poll(10, TimeUnit.SECONDS), "no reading came");
    return reading.jobs().stream().map(j -> j.name().value()).toList();
  }

  private static List<String> names(Configuration configuration) {
    return configuration.jobs().stream().map(j -> j.name().value()).toList();
  }
}
