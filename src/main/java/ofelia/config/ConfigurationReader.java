package ofelia.config;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import ofelia.config.SectionReader.Section;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.syntax.IniEntry;
import ofelia.syntax.IniFile;
import ofelia.syntax.IniSection;
import ofelia.syntax.Substitution;
import ofelia.syntax.SyntaxFinding;

/// Reads the sections of INI files into settings and jobs, with all problems at once.
///
/// Several files are one configuration: keys of a later `[global]` or `[docker]` win over earlier
/// ones, and a later job replaces an earlier one of its kind and name as a whole. Equal headers in
/// one file are one section.
///
/// Safe for any thread; keeps nothing between calls.
public final class ConfigurationReader {

  /// The word in [JobSpec#source()].
  public static final String SOURCE = "ini";

  /// Without dots, since the names of its jobs begin with it and a dot.
  private static final Pattern ENGINE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

  private final Function<String, Optional<String>> variables;
  private final ZoneId zone;
  private final Overrides overrides;

  /// @param variables for `${VAR}`
  /// @param zone of schedules that name none
  /// @param overrides flags and variables, stronger than all files
  public ConfigurationReader(
      Function<String, Optional<String>> variables, ZoneId zone, Overrides overrides) {
    this.variables = variables;
    this.zone = zone;
    this.overrides = overrides;
  }

  /// Reads files in this order.
  public Configuration read(List<IniFile> files) {
    return read(files, Settings.EMPTY);
  }

  /// Reads files in this order.
  ///
  /// @param fromLabels what jobs inherit besides, where neither they nor flags, variables and files
  ///   say otherwise
  public Configuration read(List<IniFile> files, Settings fromLabels) {
    Reading reading = new Reading(fromLabels);
    overrides.problems().forEach(reading.remarks::add);
    files.forEach(file -> addFindings(file, reading.remarks));
    files.stream().filter(IniFile::isWellFormed).forEach(reading::addFile);
    Configuration wellFormed = reading.finish();
    // Where one file is broken, none counts; what is wrong in the others is said at once all the
    // same.
    return files.stream().allMatch(IniFile::isWellFormed)
        ? wellFormed
        : Configuration.unreadable(
            overrides.global(), overrides.docker(), wellFormed.allProblems());
  }

  private static void addFindings(IniFile file, Remarks remarks) {
    for (SyntaxFinding finding : file.findings()) {
      Origin origin = new Origin(file.name(), finding.line(), finding.column());
      remarks.add(
          switch (finding.severity()) {
            case ERROR -> Problem.error(origin, "", finding.found(), finding.advice());
            case WARNING -> Problem.warning(origin, "", finding.found(), finding.advice());
          });
    }
  }

  /// One pass over the files.
  private final class Reading {

    private final Settings fromLabels;
    private final Remarks remarks = new Remarks();
    private final CalendarReader calendars = new CalendarReader(remarks);
    private Settings global = Settings.EMPTY;
    private Settings docker = Settings.EMPTY;
    private final Map<String, Settings> engines = new LinkedHashMap<>();

    /// By kind and name, in the order of first appearance.
    private final Map<String, JobDraft> drafts = new LinkedHashMap<>();

    Reading(Settings fromLabels) {
      this.fromLabels = fromLabels;
    }

    void addFile(IniFile file) {
      Map<String, List<IniSection>> sections = new LinkedHashMap<>();
      for (IniSection section : file.sections()) {
        sections.computeIfAbsent(section.header(), _ -> new ArrayList<>()).add(section);
      }
      sections.forEach((header, same) -> addSection(file.name(), header, same));
    }

    private void addSection(String file, String header, List<IniSection> same) {
      IniSection first = same.getFirst();
      Origin origin = new Origin(file, first.line(), first.column());
      if (header.isEmpty()) {
        remarks.warn(
            new Origin(file, first.entries().getFirst().line(), 1),
            "",
            "keys before the first section are ignored",
            "put [global] above them");
        return;
      }
      String title = "[" + header + "]";
      SectionHeader.Read read = SectionHeader.parse(header);
      read.oddity()
          .ifPresent(meant ->
              remarks.warn(origin, title, "is read as [" + meant + "]", "write [" + meant + "]"));
      switch (read.header()) {
        case SectionHeader.Global() ->
            global = Precedence.merge(readSettings(Place.GLOBAL, file, "[global]", same), global);
        case SectionHeader.Docker() ->
            docker = Precedence.merge(readSettings(Place.DOCKER, file, "[docker]", same), docker);
        case SectionHeader.Calendar(String name) -> {
          UnaryOperator<String> subject = key -> title + " " + key;
          calendars.add(name, origin, title, written(file, same, subject));
        }
        case SectionHeader.Engine(String name) -> addEngine(name, origin, title, file, same);
        case SectionHeader.Job(JobType type, String name) ->
            addJob(type, name, origin, title, file, same);
        case SectionHeader.Webhook _ ->
            remarks.warn(origin, title, "is accepted and has no effect in this version yet", "");
        case SectionHeader.Unknown(String word) ->
            remarks.warn(
                origin,
                title,
                "is not a known section and is ignored",
                Spelling.suggest(word, SectionHeader.KNOWN_WORDS, ""));
      }
    }

    private void addEngine(
        String name, Origin origin, String title, String file, List<IniSection> same) {
      if (!ENGINE_NAME.matcher(name).matches()) {
        remarks.error(
            origin,
            title,
            "is not the name of an engine, and is ignored",
            "write [engine \"name\"], with letters, digits, - and _");
        return;
      }
      Settings settings = readSettings(Place.ENGINE, file, title, same);
      engines.merge(name, settings, (earlier, later) -> Precedence.merge(later, earlier));
    }

    private Settings readSettings(
        Place place, String file, String title, List<IniSection> sections) {
      UnaryOperator<String> subject = key -> title + " " + key;
      Section section =
          SectionReader.read(place, subject, written(file, sections, subject), remarks);
      section.errors().forEach(remarks::add);
      warnIfWritten(
          section,
          DockerKeys.POLL_INTERVAL,
          subject,
          "write config-poll-interval, polling-fallback or docker-poll-interval instead");
      warnIfWritten(
          section,
          DockerKeys.NO_POLL,
          subject,
          "write docker-poll-interval = 0 and polling-fallback = 0 instead");
      return section.settings();
    }

    private void warnIfWritten(
        Section section, Key<?> key, UnaryOperator<String> subject, String advice) {
      Written deprecated = section.from().get(key);
      if (deprecated != null) {
        remarks.warn(deprecated.keyOrigin(), subject.apply(key.name()), "is deprecated", advice);
      }
    }

    private void addJob(
        JobType type,
        String writtenName,
        Origin origin,
        String title,
        String file,
        List<IniSection> sections) {
      String name = Substitution.expand(writtenName, variables).text();
      if (!JobName.isValid(name)) {
        remarks.error(
            origin,
            title,
            name.isEmpty() ? "has no name" : "has a name that cannot be used",
            "write ["
                + type.word()
                + " \"name\"], with at most "
                + JobName.MAX_LENGTH
                + " characters");
        return;
      }
      UnaryOperator<String> subject = key -> title + " " + key;
      List<Written> written = written(file, sections, subject);
      JobDraft draft =
          new JobDraft(new JobName(name), type, SOURCE, origin, title, subject, written);
      JobDraft earlier = drafts.put(type.word() + " " + name, draft);
      if (earlier != null) {
        remarks.warn(
            earlier.origin(),
            earlier.title(),
            "is replaced as a whole by the one at " + origin,
            "give one of them another name");
      }
    }

    private List<Written> written(
        String file, List<IniSection> sections, UnaryOperator<String> subject) {
      List<Written> all = new ArrayList<>();
      for (IniSection section : sections) {
        for (IniEntry entry : section.entries()) {
          all.add(written(file, entry, subject));
        }
      }
      return all;
    }

    private Written written(String file, IniEntry entry, UnaryOperator<String> subject) {
      Origin keyOrigin = new Origin(file, entry.line(), entry.keyColumn());
      Origin valueOrigin = new Origin(file, entry.line(), entry.valueColumn());
      if (Keys.find(entry.key()).filter(k -> k == ProgramKeys.SCRIPT).isPresent()) {
        return new Written(entry.key(), entry.value(), keyOrigin, valueOrigin, false);
      }
      Substitution substitution = Substitution.expand(entry.value(), variables);
      // A command may want ${VAR} for the shell in its container.
      boolean isCommand =
          Keys.find(entry.key())
              .filter(k -> k == JobKeys.COMMAND || k == RunKeys.ENTRYPOINT)
              .isPresent();
      if (!isCommand) {
        for (String name : substitution.unset()) {
          remarks.warn(
              valueOrigin,
              subject.apply(entry.key()),
              "${" + name + "} is not set, and stays as it is written",
              "set it, or "
                  + name
                  + "_FILE to a file with its value, or write ${"
                  + name
                  + ":-default}");
        }
      }
      boolean isVerbatim =
          substitution.text().equals(entry.value()) && entry.value().indexOf('\n') < 0;
      return new Written(entry.key(), substitution.text(), keyOrigin, valueOrigin, isVerbatim);
    }

    Configuration finish() {
      Settings allGlobal = Precedence.merge(overrides.global(), global);
      Settings allDocker = withoutDeprecated(Precedence.merge(overrides.docker(), docker));
      Settings inherited = Precedence.merge(allGlobal, fromLabels);
      Calendars allCalendars = calendars.finish(inherited.find(ScheduleKeys.TIMEZONE).orElse(zone));
      JobReader jobs = new JobReader(inherited, allCalendars, zone, remarks);
      List<JobSpec> specs = withoutClashes().stream().map(jobs::read).toList();
      Map<String, Settings> allEngines = new LinkedHashMap<>();
      Settings forEngines = inheritable(allDocker);
      engines.forEach(
          (name, settings) -> allEngines.put(name, Precedence.merge(settings, forEngines)));
      List<JobSpec> placed = specs.stream().map(this::withKnownEngine).toList();
      return new Configuration(
          allGlobal, allDocker, allCalendars, allEngines, placed, remarks.all(), true);
    }

    private JobSpec withKnownEngine(JobSpec job) {
      String engine = job.settings().get(EngineKeys.ENGINE);
      if (engine.isEmpty() || engines.containsKey(engine)) {
        return job;
      }
      return job.withProblem(
          Problem.error(
              job.origin(),
              "job \"" + job.name() + "\"",
              "names engine \""
                  + engine
                  + "\", and there is no section [engine \""
                  + engine
                  + "\"]",
              Spelling.suggest(engine, List.copyOf(engines.keySet()), "add the section")));
    }

    /// A name belongs to one job, whatever its kind: the kind that the Go Ofelia registers first
    /// has it.
    private List<JobDraft> withoutClashes() {
      Map<String, JobDraft> owners = new HashMap<>();
      for (JobType type : JobType.values()) {
        drafts.values().stream().filter(d -> d.type() == type).forEach(d -> claimName(owners, d));
      }
      return drafts.values().stream()
          .filter(d -> owners.getOrDefault(d.name().value(), d).type() == d.type())
          .toList();
    }

    private void claimName(Map<String, JobDraft> owners, JobDraft draft) {
      JobDraft owner = owners.putIfAbsent(draft.name().value(), draft);
      if (owner != null) {
        remarks.error(
            draft.origin(),
            draft.title(),
            "has the name of " + owner.title() + " at " + owner.origin() + " and is left out",
            "give one of them another name");
      }
    }
  }

  private static Settings inheritable(Settings docker) {
    Settings.Builder builder = new Settings.Builder();
    docker.keys().stream()
        .filter(key -> !DockerKeys.OF_ONE_ENGINE.contains(key))
        .forEach(key -> Precedence.copy(docker, key, builder));
    return builder.build();
  }

  /// Turns the two deprecated keys into those they stand for.
  private static Settings withoutDeprecated(Settings docker) {
    Settings.Builder builder = new Settings.Builder();
    Duration interval = docker.get(DockerKeys.POLL_INTERVAL);
    if (!interval.isZero()) {
      builder.put(DockerKeys.CONFIG_POLL_INTERVAL, interval);
      builder.put(DockerKeys.POLLING_FALLBACK, interval);
      if (!docker.get(DockerKeys.EVENTS)) {
        builder.put(DockerKeys.DOCKER_POLL_INTERVAL, interval);
      }
    }
    Settings meant = Precedence.merge(docker, builder.build());
    if (!docker.get(DockerKeys.NO_POLL)) {
      return meant;
    }
    Settings none =
        new Settings.Builder()
            .put(DockerKeys.DOCKER_POLL_INTERVAL, Duration.ZERO)
            .put(DockerKeys.POLLING_FALLBACK, Duration.ZERO)
            .build();
    return Precedence.merge(none, meant);
  }
}
