package ofelia.config;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import ofelia.config.SectionReader.Section;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.Origin;
import ofelia.model.Settings;
import ofelia.syntax.JsonStrings;
import ofelia.syntax.LabelKey;

/// Reads container labels into jobs.
///
/// Containers are taken in one order, running before stopped, newer before older, then by name, and
/// that order decides between equally named jobs:
///
/// - `job-exec` and `job-container`: the first container has the name, the others are told,
/// - `job-run`: among running containers the last, that is the oldest, has it; stopped ones only
///   define what nobody else does,
/// - other kinds: the keys are put together, later containers win.
///
/// Three defects of the Go Ofelia are not repeated: a bad value affects its own job only, the
/// values that the host filter judges are those that will be used, however their keys were spelt,
/// and `annotations` can be an array.
public final class Labels {

  /// The word in [JobSpec#source()].
  public static final String SOURCE = "labels";

  private static final Comparator<LabelledContainer> ORDER =
      Comparator.comparing(LabelledContainer::isRunning)
          .reversed()
          .thenComparing(LabelledContainer::created, Comparator.reverseOrder())
          .thenComparing(LabelledContainer::name);

  private final Settings global;
  private final String engine;
  private final Remarks remarks = new Remarks();
  private final List<Written> globals = new ArrayList<>();

  /// By kind and registered name, in the order of first appearance.
  private final Map<String, Candidate> candidates = new LinkedHashMap<>();

  /// A job as one or more containers wrote it.
  private record Candidate(JobDraft draft, LabelledContainer container) {}

  private Labels(Settings global, String engine) {
    this.global = global;
    this.engine = engine;
  }

  /// Reads the labels of all containers at once.
  ///
  /// @param containers those that ask for it by `ofelia.enabled=true`; others are passed over
  /// @param global the settings in force without labels: what jobs inherit, and what is allowed
  /// @param calendars that jobs may name
  /// @param zone of schedules that name none
  public static LabelReading parse(
      Collection<LabelledContainer> containers, Settings global, Calendars calendars, ZoneId zone) {
    return parse(containers, global, calendars, zone, "");
  }

  /// Reads the labels of all containers of one engine. Those of a named engine give jobs of that
  /// engine, whose names begin with its name; they can say nothing about the program as a whole or
  /// about what runs beside it.
  ///
  /// @param engine its name; empty for that of `[docker]`
  public static LabelReading parse(
      Collection<LabelledContainer> containers,
      Settings global,
      Calendars calendars,
      ZoneId zone,
      String engine) {
    Labels labels = new Labels(global, engine);
    containers.stream()
        .filter(LabelledContainer::isEnabled)
        .sorted(ORDER)
        .forEach(labels::addContainer);
    return labels.finish(calendars, zone);
  }

  private LabelReading finish(Calendars calendars, ZoneId zone) {
    Section section =
        SectionReader.read(Place.GLOBAL_LABEL, Labels::globalSubject, globals, remarks);
    section.errors().forEach(remarks::add);
    JobReader reader =
        new JobReader(Precedence.merge(global, section.settings()), calendars, zone, remarks);
    HostAccess hostAccess = HostAccess.of(global, engine);
    List<JobSpec> jobs =
        withoutClashes().stream()
            .map(c -> hostAccess.judge(reader.read(c.draft), c.container))
            .toList();
    return new LabelReading(jobs, section.settings(), remarks.all());
  }

  private static String globalSubject(String key) {
    return "label " + LabelKey.PREFIX + "." + key;
  }

  private void addContainer(LabelledContainer container) {
    Map<String, Map<String, List<Written>>> byTypeAndName = new TreeMap<>();
    Origin origin = origin(container);
    new TreeMap<>(container.labels())
        .forEach((label, value) -> {
          switch (LabelKey.parse(label)) {
            case LabelKey.Foreign() -> {}
            case LabelKey.Global(String key, _) -> addGlobal(container, key, value);
            case LabelKey.Parameter(String type, String name, String key, var ignored) -> {
              if (!ignored.isEmpty()) {
                remarks.warn(
                    origin,
                    "label " + label,
                    "is read as " + key + " of the job \"" + name + "\"",
                    "names in labels cannot have dots");
              }
              byTypeAndName
                  .computeIfAbsent(type, _ -> new TreeMap<>())
                  .computeIfAbsent(name, _ -> new ArrayList<>())
                  .addAll(written(key, value, origin));
            }
          }
        });
    byTypeAndName.forEach(
        (type, jobs) -> jobs.forEach((name, keys) -> addJob(container, type, name, keys)));
  }

  /// The word in [JobSpec#source()] of jobs from an engine's labels.
  ///
  /// @param engine empty for that of `[docker]`
  public static String source(String engine) {
    return engine.isEmpty() ? SOURCE : SOURCE + ":" + engine;
  }

  private Origin origin(LabelledContainer container) {
    String where = engine.isEmpty() ? "" : " on engine \"" + engine + "\"";
    return Origin.of("container \"" + container.name() + "\"" + where);
  }

  /// One value, or those of a JSON array where the key takes several.
  private static List<Written> written(String key, String value, Origin origin) {
    boolean isList = Keys.find(key).filter(k -> k.type().isList()).isPresent();
    Optional<List<String>> array = isList ? JsonStrings.parse(value) : Optional.empty();
    return array.orElse(List.of(value)).stream().map(v -> Written.of(key, v, origin)).toList();
  }

  private void addGlobal(LabelledContainer container, String written, String value) {
    if (written.equals("enabled") || written.equals("service")) {
      return;
    }
    String name = written.equals("webhooks") ? "webhook-webhooks" : written;
    Origin origin = origin(container);
    Optional<Key<?>> key = Keys.find(name).filter(k -> k.places().contains(Place.GLOBAL));
    if (key.isEmpty()) {
      List<String> known = Keys.in(Place.GLOBAL_LABEL).stream().map(Key::name).toList();
      remarks.warn(
          origin,
          globalSubject(written),
          "is not a known label and is ignored",
          Spelling.suggest(written, known, ""));
    } else if (!engine.isEmpty()) {
      remarks.warn(
          origin,
          globalSubject(written),
          "is ignored: only the engine of [docker] may say something about the whole",
          "set it in [global] of the INI file");
    } else if (!container.isService()) {
      remarks.warn(
          origin,
          globalSubject(written),
          "is ignored: this container is not the service container",
          "set it on the container with ofelia.service=true, or in [global] of the INI file");
    } else if (!key.get().places().contains(Place.GLOBAL_LABEL)) {
      remarks.warn(
          origin,
          globalSubject(written),
          "is refused: a label must not widen what the daemon may do",
          "set it in [global] of the INI file");
    } else {
      globals.addAll(written(name, value, origin));
    }
  }

  private void addJob(
      LabelledContainer container, String typeWord, String name, List<Written> keys) {
    Origin origin = origin(container);
    String title = "labels " + LabelKey.PREFIX + "." + typeWord + "." + name;
    if (typeWord.equals("webhook")) {
      remarks.warn(origin, title, "are accepted and have no effect in this version yet", "");
      return;
    }
    Optional<JobType> found = JobType.find(typeWord);
    if (found.isEmpty()) {
      remarks.warn(
          origin,
          title,
          "name no known kind of job and are ignored",
          Spelling.suggest(typeWord, JobType.words(), ""));
      return;
    }
    JobType type = found.get();
    Optional<String> objection = objection(type, container);
    if (objection.isPresent()) {
      remarks.warn(origin, title, "are ignored: " + objection.get(), "");
      return;
    }
    boolean isOfContainer = type == JobType.EXEC || type == JobType.CONTAINER;
    String local = isOfContainer ? prefix(container) + "." + name : name;
    String registered = engine.isEmpty() ? local : engine + "." + local;
    if (!JobName.isValid(registered)) {
      remarks.error(
          origin,
          title,
          "give a name that cannot be used",
          "a name has 1 to " + JobName.MAX_LENGTH + " characters");
      return;
    }
    UnaryOperator<String> subject =
        key -> "label " + LabelKey.PREFIX + "." + typeWord + "." + name + "." + key;
    List<Written> named = keys.stream().map(key -> AroundCheck.withName(key, container)).toList();
    JobDraft draft =
        new JobDraft(
            new JobName(registered),
            type,
            source(engine),
            origin,
            title,
            subject,
            withDefaultTarget(type, container, onThisEngine(named, origin, subject)));
    candidates.merge(
        type.word() + " " + registered,
        new Candidate(draft, container),
        (old, next) -> settle(old, next));
  }

  /// Why a container may not define a kind of job, if it may not.
  private Optional<String> objection(JobType type, LabelledContainer container) {
    boolean isBesideDaemon = type == JobType.LOCAL || type == JobType.COMPOSE;
    if (isBesideDaemon && !engine.isEmpty()) {
      return Optional.of("only labels on the engine of [docker] can define " + type.word());
    }
    boolean isForStopped = type == JobType.RUN || type == JobType.CONTAINER;
    if (!container.isRunning() && !isForStopped) {
      return Optional.of("a stopped container can define job-run and job-container only");
    }
    boolean isServiceOnly = type == JobType.LOCAL || type == JobType.SERVICE_RUN;
    if (isServiceOnly && !container.isService()) {
      return Optional.of("only the container with ofelia.service=true can define " + type.word());
    }
    return Optional.empty();
  }

  /// Labels belong to the engine where they were read: they cannot reach for another.
  private List<Written> onThisEngine(
      List<Written> keys, Origin origin, UnaryOperator<String> subject) {
    List<Written> own = new ArrayList<>();
    for (Written written : keys) {
      if (Keys.find(written.key()).filter(EngineKeys.ENGINE::equals).isPresent()) {
        remarks.warn(
            origin,
            subject.apply(written.key()),
            "is ignored: a label belongs to the engine where it was read",
            "define the job in the INI file");
      } else {
        own.add(written);
      }
    }
    if (!engine.isEmpty()) {
      own.add(Written.of(EngineKeys.ENGINE.name(), engine, origin));
    }
    return own;
  }

  /// A labelled container is the target of its own jobs unless they name another. It is kept by
  /// name and looked up when a run begins.
  private List<Written> withDefaultTarget(
      JobType type, LabelledContainer container, List<Written> keys) {
    boolean hasTarget = TargetCheck.WAYS.stream().anyMatch(key -> writes(keys, key));
    boolean isTarget =
        switch (type) {
          case EXEC -> !hasTarget;
          case RUN -> !hasTarget && !writes(keys, RunKeys.IMAGE);
          case CONTAINER -> !hasTarget && !writes(keys, ActionKeys.PRUNE);
          case LOCAL, SERVICE_RUN, COMPOSE, HTTP, NOOP -> false;
        };
    // The service container is Ofelia itself; on another engine the label means nothing.
    if ((container.isService() && engine.isEmpty()) || !isTarget) {
      return keys;
    }
    List<Written> all = new ArrayList<>(keys);
    all.add(Written.of(ContainerKeys.CONTAINER.name(), container.name(), origin(container)));
    return all;
  }

  private static boolean writes(List<Written> keys, Key<?> key) {
    return keys.stream().anyMatch(w -> Keys.find(w.key()).filter(key::equals).isPresent());
  }

  private String prefix(LabelledContainer container) {
    String service = container.composeService().orElse(container.name());
    return switch (global.get(GlobalKeys.JOB_EXEC_LABEL_SCOPE)) {
      case "container" -> container.name();
      case "container-service" ->
          container.composeService().map(s -> container.name() + "." + s).orElse(container.name());
      default -> service;
    };
  }

  private Candidate settle(Candidate old, Candidate next) {
    JobType type = next.draft.type();
    return switch (type) {
      case EXEC, CONTAINER -> {
        remarks.warn(
            next.draft.origin(),
            next.draft.title(),
            "are ignored: the job \"" + next.draft.name() + "\" is that of " + old.draft.origin(),
            "set job-exec-label-scope = container-service to have a job for each container");
        yield old;
      }
      case RUN -> next.container.isRunning() ? next : old;
      case LOCAL, SERVICE_RUN, COMPOSE, HTTP, NOOP ->
          new Candidate(joined(old, next), next.container);
    };
  }

  private static JobDraft joined(Candidate old, Candidate next) {
    Map<String, List<Written>> byKey = new LinkedHashMap<>();
    for (Candidate candidate : List.of(old, next)) {
      Map<String, List<Written>> own = new LinkedHashMap<>();
      for (Written written : candidate.draft.written()) {
        String name = Keys.find(written.key()).map(Key::name).orElse(written.key());
        own.computeIfAbsent(name, _ -> new ArrayList<>()).add(written);
      }
      byKey.putAll(own);
    }
    JobDraft draft = next.draft;
    return new JobDraft(
        draft.name(),
        draft.type(),
        draft.source(),
        draft.origin(),
        draft.title(),
        draft.subject(),
        byKey.values().stream().flatMap(List::stream).toList());
  }

  /// A name belongs to one job, whatever its kind.
  private List<Candidate> withoutClashes() {
    Map<JobName, Candidate> owners = new LinkedHashMap<>();
    candidates.values().stream()
        .sorted(Comparator.comparing(c -> c.draft.type()))
        .forEach(candidate -> {
          JobDraft draft = candidate.draft;
          Candidate owner = owners.putIfAbsent(draft.name(), candidate);
          if (owner != null) {
            remarks.error(
                draft.origin(),
                draft.title(),
                "have the name of "
                    + owner.draft.title()
                    + " of "
                    + owner.draft.origin()
                    + " and are left out",
                "give one of them another name");
          }
        });
    return List.copyOf(owners.values());
  }
}
