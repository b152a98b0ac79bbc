package ofelia.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.app.log.Log;
import ofelia.app.log.LogFormat;
import ofelia.app.log.LogLevel;
import ofelia.app.log.LogOptions;
import ofelia.calendar.CalendarBook;
import ofelia.config.Configuration;
import ofelia.config.ConfigurationReader;
import ofelia.config.GlobalKeys;
import ofelia.config.Overrides;
import ofelia.config.PastSchedules;
import ofelia.cron.Never;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.engine.Limits;
import ofelia.engine.Scheduler;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.plugin.Runner;
import ofelia.runner.HostPrograms;
import ofelia.runner.HttpRunner;
import ofelia.runner.LocalRunner;
import ofelia.runner.MaskingRunner;
import ofelia.runner.NoopRunner;
import ofelia.source.IniSource;
import ofelia.source.LabelSource;
import ofelia.sql.SqliteLedger;
import ofelia.syntax.GoDuration;
import ofelia.time.Crew;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.time.Time;
import ofelia.web.ControlServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The daemon's life: everything is built here in order, and ended in the reverse order.
///
/// ```
/// flags, variables, files -> log -> store -> runners -> scheduler -> sources -> control socket
/// ```
///
/// Starting is all or nothing: what was opened before a step failed is closed again. "Ofelia is now
/// running" is logged when the scheduler is live and commands can reach it.
public final class Daemon {

  /// Ended in order after a signal.
  public static final int ENDED = 0;

  /// Could not start.
  public static final int FAILED = 1;

  /// Ended after a signal, and runs had to be stopped for it.
  public static final int STOPPED_RUNS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  /// The timekeeper looks at the wall clock at least this often, and so notices its steps.
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final Order order;
  private final Switch ending;
  private final OutputStream stdout;
  private final Time time = new SystemTime();
  private final Crew crew = new SystemCrew();

  /// What was opened, the latest first.
  private final Deque<Part> opened = new ArrayDeque<>();

  /// How long the store may take to be closed.
  private Duration closing = Duration.ofSeconds(5);

  /// What the daemon was asked to do.
  ///
  /// @param config a configuration file, or a pattern that may match several
  /// @param flags what the command line says, by key; several texts for a list
  /// @param unused flags of the Go Ofelia that were given and do nothing
  /// @param zone of schedules that name none
  public record Order(
      String config,
      Map<Key<?>, List<String>> flags,
      List<String> unused,
      Map<String, String> environment,
      ZoneId zone) {}

  /// Something opened, and how to end it.
  private interface Part {
    void close() throws IOException;
  }

  Daemon(Order order, Switch ending, OutputStream stdout) {
    this.order = order;
    this.ending = ending;
    this.stdout = stdout;
  }

  /// Runs the daemon until a signal ends it.
  ///
  /// @return the process's exit code
  public static int run(Order order) throws InterruptedException {
    Switch ending = new Switch();
    ProcessSignals.listen(ending::end, ending::reload);
    return new Daemon(order, ending, Log.standardOutput()).run();
  }

  int run() throws InterruptedException {
    Overrides overrides = Overrides.read(order.flags(), this::variable);
    Substitutes substitutes = new Substitutes(order.environment());
    ConfigurationReader reader =
        new ConfigurationReader(substitutes::find, order.zone(), overrides);
    IniSource files = new IniSource(order.config(), reader, time, crew);
    Configuration configuration = files.load();
    try (Log _ = Log.open(logOptions(configuration.global()), stdout)) {
      return report(configuration, overrides) ? live(configuration, files) : FAILED;
    } catch (IOException e) {
      LOG.error("Ofelia cannot start: the log file cannot be opened: {}", e.getMessage());
      return FAILED;
    }
  }

  private int live(Configuration configuration, IniSource files) throws InterruptedException {
    try {
      Scheduler scheduler = start(configuration, files);
      ending.await();
      int stopped = end(scheduler, files, configuration.global());
      closeAll();
      LOG.info("Graceful shutdown completed successfully");
      return stopped == 0 ? ENDED : STOPPED_RUNS;
    } catch (LedgerException | IllegalArgumentException e) {
      LOG.error("Ofelia cannot start: {}", e.getMessage());
      return FAILED;
    } finally {
      closeAll();
    }
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(order.environment().get(name));
  }

  static LogOptions logOptions(Settings global) {
    return new LogOptions(
        LogLevel.find(global.get(GlobalKeys.LOG_LEVEL)).orElse(LogOptions.DEFAULT.level()),
        LogFormat.find(global.get(GlobalKeys.LOG_FORMAT)).orElse(LogOptions.DEFAULT.format()),
        Optional.of(global.get(GlobalKeys.LOG_FILE)).filter(file -> !file.isEmpty()).map(Path::of),
        global.get(GlobalKeys.LOG_FILE_MAX_SIZE),
        global.get(GlobalKeys.LOG_FILE_COUNT));
  }

  /// Logs what is wrong with the configuration.
  ///
  /// @return false when the daemon must not start with it
  private boolean report(Configuration configuration, Overrides overrides) {
    for (String flag : order.unused()) {
      LOG.warn("{} is accepted and has no effect in this version yet", flag);
    }
    configuration.allProblems().forEach(Daemon::log);
    logPast(configuration.jobs());
    if (overrides.problems().stream().anyMatch(Problem::isError)) {
      LOG.error("Ofelia cannot start: a flag or an environment variable cannot be read");
      return false;
    }
    if (!configuration.isReadable()) {
      LOG.error("Ofelia cannot start: the configuration cannot be read");
      return false;
    }
    return true;
  }

  private void logPast(List<JobSpec> jobs) {
    PastSchedules.warnings(jobs, time.millis()).forEach(Daemon::log);
  }

  private static void log(Problem problem) {
    LOG.atLevel(problem.isError() ? Level.ERROR : Level.WARN).log(problem.text());
  }

  private Scheduler start(Configuration configuration, IniSource files)
      throws InterruptedException {
    Settings global = configuration.global();
    Path store = storeDirectory(global);
    HostPrograms programs = new HostPrograms(time);
    Engines engines =
        new Engines(order.environment(), files::current, order.zone(), programs, time, crew);
    SqliteLedger ledger = open(global, store);
    opened.push(() -> ledger.close(closing));
    opened.push(engines::close);
    opened.push(programs::close);
    List<Runner> runners = new ArrayList<>(engines.runners());
    Runner local = new LocalRunner(programs, order.environment());
    runners.add(engines.around(new MaskingRunner(local)));
    runners.add(engines.around(new MaskingRunner(new HttpRunner(time, crew))));
    runners.add(new NoopRunner());
    Limits limits =
        new Limits(global.get(GlobalKeys.MAX_CONCURRENT_RUNS), Limits.DEFAULT.waitingRuns());
    Scheduler scheduler =
        new Scheduler(
            ledger,
            runners,
            new JobText(),
            time,
            crew,
            limits,
            () -> files.current().calendars().byName(),
            LONGEST_WAIT);
    Map<String, List<JobSpec>> sources = new LinkedHashMap<>();
    sources.put(files.name(), configuration.jobs());
    // Until the engine has answered, the jobs from labels are those that the book knows.
    for (LabelSource labels : engines.labels()) {
      List<JobSpec> booked = booked(ledger, labels.name());
      sources.put(labels.name(), booked);
      labels.expect(booked);
    }
    keepCalendars(ledger, configuration);
    engines.start(ledger.latestRun(), ledger::history);
    opened.push(() -> endAtOnce(scheduler));
    scheduler.start(sources);
    opened.push(
        new Housekeeper(
                ledger, () -> files.current().global().get(GlobalKeys.HISTORY_MAX_AGE), time, crew)
            ::close);
    GapWatch gaps = new GapWatch(scheduler, ledger.history(), time, crew);
    opened.push(gaps::close);
    opened.push(files::close);
    files.follow(reading -> {
      setLogLevel(files.current().global(), engines.main());
      logPast(reading.jobs());
      scheduler.apply(files.name(), reading.jobs());
      keepCalendars(ledger, files.current());
      // Jobs from labels inherit global keys.
      reload(engines);
    });
    for (LabelSource labels : engines.labels()) {
      labels.follow(reading -> {
        reading.problems().forEach(Daemon::log);
        reading.jobs().forEach(job -> job.problems().forEach(Daemon::log));
        logPast(reading.jobs());
        setLogLevel(files.current().global(), engines.main());
        files.inherit(engines.main().global());
        scheduler.apply(labels.name(), reading.jobs());
      });
    }
    LiveControls controls = new LiveControls(scheduler, files, engines, gaps::found);
    ending.onReload(() -> crew.start("reload", controls::reloadBySignal));
    listen(StorePlaces.socketIn(store), controls);
    LOG.atInfo()
        .addKeyValue("jobs", configuration.jobs().size())
        .addKeyValue("store", isMemory(global) ? StorePlaces.MEMORY : store)
        .log("Ofelia is now running");
    if (configuration.jobs().stream().anyMatch(job -> job.kind().equals(JobKind.LOCAL))) {
      // In the background: it costs the first of them a few hundred milliseconds otherwise.
      crew.start("prepare-local", programs::prepare);
    }
    return scheduler;
  }

  /// So that those who ask when a job runs next need no configuration, nor a daemon.
  private static void keepCalendars(SqliteLedger ledger, Configuration configuration) {
    try {
      ledger.keepCalendars(CalendarBook.write(configuration.calendars().byName()));
    } catch (LedgerException e) {
      LOG.warn(
          "\"ofelia jobs\" and \"next\" do not know the calendars in force until the next change: {}",
          e.getMessage());
    }
  }

  /// After a step of the start that failed; does nothing when the scheduler has ended in order.
  private static void endAtOnce(Scheduler scheduler) {
    try {
      int _ = scheduler.shutdown(Duration.ZERO, true);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Path storeDirectory(Settings global) {
    // Flags and variables are in the settings already.
    return StorePlaces.of(
            Optional.of(global.get(GlobalKeys.STORE)), order.environment(), Optional::empty)
        .forDaemon();
  }

  private static List<JobSpec> booked(Ledger ledger, String source) {
    JobText text = new JobText();
    return ledger.book().stream()
        .filter(job -> job.present() && job.source().equals(source))
        .map(job -> text.read(job).orElseGet(() -> unreadable(job)))
        .toList();
  }

  /// Stays known, and what is due is refused, until the labels have been read.
  private static JobSpec unreadable(BookedJob job) {
    Origin origin = Origin.of("job book");
    Problem problem =
        Problem.error(
            origin,
            "job \"" + job.name() + "\"",
            "another version of Ofelia wrote its definition, and its container was not seen yet",
            "");
    Schedule schedule = Never.NONE;
    try {
      schedule = Schedule.parse(job.schedule(), ZoneOffset.UTC);
    } catch (ScheduleSyntaxException e) {
      LOG.warn("the schedule of job \"{}\" in the book cannot be read", job.name(), e);
    }
    return new JobSpec(
        job.name(), job.kind(), job.source(), schedule, Settings.EMPTY, origin, List.of(problem));
  }

  private static boolean isMemory(Settings global) {
    return global.get(GlobalKeys.STORE).equals(StorePlaces.MEMORY);
  }

  private SqliteLedger open(Settings global, Path store) {
    if (!isMemory(global)) {
      return SqliteLedger.open(store, time);
    }
    try {
      Files.createDirectories(
          store,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("cannot make \"{}\" for the control socket: {}", store, e.toString());
    }
    return SqliteLedger.openInMemory(time);
  }

  /// A daemon without its socket still does its work, so this is no reason to end.
  private void listen(Path socket, LiveControls controls) {
    try {
      ControlServer server = ControlServer.start(socket, controls);
      opened.push(server::close);
    } catch (IOException e) {
      LOG.warn("\"ofelia run\", \"stop\" and \"reload\" will not work: {}", e.getMessage());
    }
  }

  private static void reload(Engines engines) {
    try {
      var _ = engines.reload();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The daemon ends.
    }
  }

  /// Files go before labels.
  private static void setLogLevel(Settings global, LabelSource labels) {
    Settings said = global.isWritten(GlobalKeys.LOG_LEVEL) ? global : labels.global();
    LogLevel.find(said.get(GlobalKeys.LOG_LEVEL)).ifPresent(Log::setLevel);
  }

  /// @return how many runs had to be stopped
  private int end(Scheduler scheduler, IniSource files, Settings global)
      throws InterruptedException {
    ending.onHurry(scheduler::hurry);
    Duration patience = global.get(GlobalKeys.SHUTDOWN_TIMEOUT);
    LOG.info(
        "Starting graceful shutdown: runs have {} to end by themselves; a second signal hurries",
        GoDuration.format(patience));
    files.close();
    // The control socket stays until the runs have ended: somebody may want to stop one.
    int stopped = scheduler.shutdown(patience, global.get(GlobalKeys.LEAVE_RUNNING));
    if (!scheduler.storeAnswers()) {
      closing = Duration.ofMillis(100);
    }
    return stopped;
  }

  private void closeAll() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (IOException | LedgerException e) {
        // The others are closed all the same; what is recorded is on disk already.
        LOG.warn("cannot close in order: {}", e.toString());
      }
    }
  }
}
