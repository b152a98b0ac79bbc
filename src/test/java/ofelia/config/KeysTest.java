package ofelia.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.model.ValueSyntaxException;
import ofelia.syntax.IniFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every key that is declared is read where it says, and documented; nothing else is.
class KeysTest {

  /// Those that examples of keys name.
  private static final String CALENDARS =
      """
      [calendar "holidays"]
      when = 12-25
      [calendar "maintenance"]
      when = SUN 02:00-04:00
      [calendar "business-days"]
      when = MON-FRI
      """;

  private static final Map<Place, String> MINIMAL =
      Map.ofEntries(
          Map.entry(Place.GLOBAL, "[global]\n"),
          Map.entry(Place.DOCKER, "[docker]\n"),
          Map.entry(Place.ENGINE, "[engine \"nas\"]\n"),
          Map.entry(
              Place.JOB_EXEC,
              "[engine \"nas\"]\n[job-exec \"j\"]\nschedule=@none\ncontainer=c\ncommand=x\n"),
          Map.entry(Place.JOB_RUN, "[engine \"nas\"]\n[job-run \"j\"]\nschedule=@none\nimage=i\n"),
          Map.entry(Place.JOB_LOCAL, "[job-local \"j\"]\nschedule=@none\ncommand=x\n"),
          Map.entry(
              Place.JOB_SERVICE_RUN,
              "[engine \"nas\"]\n[job-service-run \"j\"]\nschedule=@none\nimage=i\n"),
          Map.entry(
              Place.JOB_COMPOSE,
              "[engine \"nas\"]\n[job-compose \"j\"]\nschedule=@none\nservice=s\ncommand=x\n"),
          Map.entry(Place.JOB_HTTP, "[job-http \"j\"]\nschedule=@none\nurl=http://h\n"),
          Map.entry(
              Place.JOB_CONTAINER,
              """
              [engine "nas"]
              [job-container "j"]
              schedule=@none
              action=restart
              container=c
              """),
          Map.entry(Place.JOB_NOOP, "[job-noop \"j\"]\nschedule=@none\n"));

  private static final List<Key<?>> INSTEAD_OF_COMMAND =
      List.of(ProgramKeys.SCRIPT, ProgramKeys.ARGS);

  /// What a key needs beside it.
  private static final Map<Key<?>, String> BESIDE =
      Map.of(
          HttpKeys.CERTIFICATE_FILE, "key-file=k\n",
          HttpKeys.KEY_FILE, "certificate-file=c\n");

  @Test
  void everyEffectiveKeyIsReadInEachOfItsPlaces() throws ValueSyntaxException {
    for (Key<?> key : Keys.all()) {
      if (key.isEffective() && !ScheduleKeys.ALL.contains(key)) {
        for (Place place : key.places()) {
          if (MINIMAL.containsKey(place)) {
            assertThat(readIn(place, key))
                .as("%s in %s", key, place)
                .isEqualTo(key.type().parse(key.example()));
          }
        }
      }
    }
  }

  private static Object readIn(Place place, Key<?> key) {
    String without =
        MINIMAL
            .getOrDefault(place, "")
            .replaceAll("(?m)^" + key + "=.*\n", "")
            .replaceAll(INSTEAD_OF_COMMAND.contains(key) ? "(?m)^command=.*\n" : "^$", "")
            .replaceAll(key.name().startsWith("target-") ? "(?m)^container=.*\n" : "^$", "");
    String beside = BESIDE.getOrDefault(key, "");
    Configuration configuration =
        read(CALENDARS + without + beside + key + " = `" + key.example() + "`\n");
    assertThat(configuration.problems())
        .filteredOn(p -> !p.found().contains("deprecated") && !p.found().contains("has both"))
        .filteredOn(p -> !p.found().contains("nothing is made up for"))
        .filteredOn(p -> !p.found().contains("nothing is waited for"))
        .filteredOn(p -> !p.found().contains("nothing is stopped during the run"))
        .filteredOn(p -> !p.found().contains("has no effect with action = restart"))
        .as("%s in %s", key, place)
        .isEmpty();
    Settings settings =
        switch (place) {
          case GLOBAL, GLOBAL_LABEL -> configuration.global();
          case DOCKER -> configuration.docker();
          case CALENDAR -> throw new AssertionError("keys of calendars: see CalendarSectionsTest");
          case ENGINE -> requireNonNull(configuration.engines().get("nas"));
          case JOB_EXEC,
              JOB_RUN,
              JOB_LOCAL,
              JOB_SERVICE_RUN,
              JOB_COMPOSE,
              JOB_HTTP,
              JOB_CONTAINER,
              JOB_NOOP -> {
            JobSpec job = configuration.jobs().getFirst();
            assertThat(job.problems()).as("%s in %s", key, place).isEmpty();
            yield job.settings();
          }
        };
    assertThat(settings.isWritten(key)).as("%s in %s", key, place).isTrue();
    return settings.get(key);
  }

  @Test
  void everyAcceptedKeyGivesOneWarningAndNothingElse() {
    for (Key<?> key : AcceptedKeys.ALL) {
      for (Place place : key.places()) {
        if (MINIMAL.containsKey(place)) {
          Configuration configuration = read(MINIMAL.get(place) + key + " = even this, no value\n");
          assertThat(configuration.jobs()).allMatch(job -> !job.isQuarantined());
          assertThat(configuration.problems())
              .singleElement()
              .satisfies(p -> assertThat(p.isError()).isFalse())
              .satisfies(p -> assertThat(p.subject()).endsWith(key.name()))
              .satisfies(p -> assertThat(p.found()).contains("no effect in this version"));
        }
      }
    }
  }

  @Test
  void everyFallbackReadsBackFromHowItIsDocumented() throws ValueSyntaxException {
    for (Key<?> key : Keys.all()) {
      if (key.isEffective()) {
        assertThat(roundTrip(key)).as(key.name()).isEqualTo(key.fallback());
      }
    }
  }

  private static <T> Optional<T> roundTrip(Key<T> key) throws ValueSyntaxException {
    return key.fallback().isEmpty()
        ? Optional.empty()
        : Optional.of(key.type().parse(key.type().format(key.fallback().get())));
  }

  @Test
  void theDocumentationIsWhatTheDeclarationsSay() throws IOException {
    String page = KeyReference.markdown();
    Path fresh = Path.of("target", "docs", "configuration.md");
    Files.createDirectories(fresh.getParent());
    Files.writeString(fresh, page);

    assertThat(Keys.all()).allSatisfy(key -> assertThat(page).contains("| `" + key + "` |"));
    assertThat(Path.of("docs", "configuration.md"))
        .as("docs/configuration.md is out of date: copy target/docs/configuration.md over it")
        .content()
        .isEqualTo(page);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "error",
      value = {
        "BOOLEAN,TRUE,true",
        "BOOLEAN,yes,true",
        "BOOLEAN,off,false",
        "BOOLEAN,'',false",
        "BOOLEAN,2,error",
        "PULL,always,ALWAYS",
        "PULL,yes,ALWAYS",
        "PULL,false,MISSING",
        "PULL,IfNotPresent,MISSING",
        "PULL,sometimes,error",
        "PULL,never,NEVER",
        "SIZE,256MiB,268435456",
        "SIZE,1.5k,1536",
        "SIZE,10 MB,10000000",
        "SIZE,7,7",
        "SIZE,1TB,error",
        "SIZE,-1,error",
        "SIZE,9999999999GiB,error",
        "DURATION,-1s,error",
        "DURATION,0,PT0S",
        "DURATION,'',error",
        "USER,default,''",
        "USER,0:0,0:0",
        "INTEGER,0x10,16",
        "INTEGER,017,15",
        "INTEGER,0b11,3",
        "INTEGER,'',0",
        "INTEGER,101,error",
        "INTEGER,1 0,error",
        "INTEGER,08,error",
        "INTEGER,-0,0",
        "INTEGER,0o17,15",
        "INTEGER,+5,5",
        "INTEGER,0x,error"
      })
  void readsValues(String type, String text, String expected) {
    var types =
        Map.of(
            "BOOLEAN", KeyTypes.BOOLEAN,
            "PULL", RunTypes.PULL,
            "SIZE", KeyTypes.SIZE,
            "DURATION", KeyTypes.DURATION,
            "USER", KeyTypes.USER,
            "INTEGER", KeyTypes.integer(0, 100));
    String actual;
    try {
      actual = requireNonNull(types.get(type)).parse(text).toString();
    } catch (ValueSyntaxException e) {
      assertThat(e.advice()).isNotBlank();
      actual = null;
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void flagsAreStrongerThanVariablesThanFiles() {
    Map<Key<?>, List<String>> flags = new LinkedHashMap<>();
    flags.put(GlobalKeys.MAX_CONCURRENT_RUNS, List.of("1000"));
    flags.put(DockerKeys.FILTERS, List.of("label=a", "label=b"));
    Map<String, String> variables =
        Map.of(
            "OFELIA_MAX_CONCURRENT_RUNS", "7",
            "OFELIA_LOG_LEVEL", "WARNING",
            "OFELIA_POLL_INTERVAL", "3s",
            "OFELIA_DOCKER_EVENTS", "maybe",
            "OFELIA_MAX_LATENESS", "5m",
            "OFELIA_STORE", "");
    Overrides overrides = Overrides.read(flags, name -> Optional.ofNullable(variables.get(name)));

    Configuration configuration =
        new ConfigurationReader(_ -> Optional.empty(), ZoneId.of("UTC"), overrides)
            .read(
                List.of(
                    IniFile.parse(
                        "f",
                        """
                        [global]
                        max-concurrent-runs = 3
                        log-level = error
                        max-lateness = 1s
                        store = /here
                        [docker]
                        filters = label=c
                        [job-noop "n"]
                        schedule = @daily
                        """)));

    Settings global = configuration.global();
    assertThat(global.get(GlobalKeys.MAX_CONCURRENT_RUNS)).isEqualTo(1_000);
    assertThat(global.get(GlobalKeys.LOG_LEVEL)).isEqualTo("warn");
    assertThat(global.get(GlobalKeys.STORE)).isEqualTo("/here");
    assertThat(global.get(GlobalKeys.SHUTDOWN_TIMEOUT)).isEqualTo(Duration.ofSeconds(8));
    assertThat(configuration.docker().get(DockerKeys.FILTERS))
        .containsExactly("label=a", "label=b");
    assertThat(configuration.docker().get(DockerKeys.DOCKER_POLL_INTERVAL))
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(configuration.jobs().getFirst().settings().get(JobKeys.MAX_LATENESS))
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(configuration.problems())
        .extracting(Problem::text)
        .containsExactly(
            "environment: OFELIA_DOCKER_EVENTS: \"maybe\" is neither true nor false;"
                + " write true or false");
  }

  @Test
  void laterFilesOverrideSettingsByKeyAndJobsAsAWhole() {
    List<IniFile> files = new ArrayList<>();
    files.add(
        IniFile.parse(
            "10.ini",
            """
            [global]
            default-user = a
            max-runtime = 1h
            [job-local "x"]
            schedule = @daily
            command = one
            dir = /one
            [job-local "y"]
            schedule = @daily
            command = y
            """));
    files.add(
        IniFile.parse(
            "20.ini",
            """
            [global]
            default-user = b
            [job-local "x"]
            schedule = @hourly
            command = two
            max-runtime = 0
            """));

    Configuration configuration = reader().read(files);

    assertThat(configuration.global().get(GlobalKeys.DEFAULT_USER)).isEqualTo("b");
    assertThat(configuration.jobs()).extracting(j -> j.name().value()).containsExactly("x", "y");
    assertThat(configuration.jobs().getFirst().settings().lines())
        .containsExactly("command=two", "max-runtime=1h");
    assertThat(configuration.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("10.ini:4:2", "replaced", "20.ini:3:2"));
  }

  @Test
  void aFileThatIsNoIniFileGivesItsMistakesAndNoJobs() {
    Configuration configuration =
        read("[job-local \"x\"]\nschedule = @daily\ncommand = x\nbroken\nalso broken\n");

    assertThat(configuration.isReadable()).isFalse();
    assertThat(configuration.jobs()).isEmpty();
    assertThat(configuration.allProblems()).hasSize(2).allMatch(Problem::isError);
  }

  @Test
  void aBrokenFileDoesNotHideWhatIsWrongInTheOthers() {
    Configuration configuration =
        reader()
            .read(
                List.of(
                    IniFile.parse(
                        "10.ini", "[job-local \"x\"]\nschedule = 61 * * * *\ncommand = x\n"),
                    IniFile.parse("20.ini", "broken\n")));

    assertThat(configuration.isReadable()).isFalse();
    assertThat(configuration.jobs()).isEmpty();
    assertThat(configuration.allProblems())
        .extracting(problem -> problem.origin().place())
        .containsExactly("10.ini", "20.ini");
  }

  @Test
  void theBookGivesBackTheJobsThatWereWritten() {
    Configuration configuration =
        read(
            """
            [global]
            max-output = 1k
            [job-run "a"]
            schedule = CRON_TZ=Asia/Tokyo 0 3 * * *
            image = i
            command = `line one
            line "two" \\ three`
            user = default
            entrypoint =
            volume = a=b:/c
            volume = !x:/y
            environment =
            stop-timeout = 1.5s
            [job-local "b"]
            schedule = @every 90s
            """);

    assertThat(configuration.jobs()).hasSize(2);
    for (JobSpec job : configuration.jobs()) {
      JobSpec back =
          SpecText.read(
                  job.name(),
                  job.kind(),
                  job.source(),
                  job.schedule().text(),
                  SpecText.write(job),
                  ZoneId.of("UTC"))
              .orElseThrow();
      assertThat(back.settings()).isEqualTo(job.settings());
      assertThat(back.schedule()).isEqualTo(job.schedule());
      assertThat(back.isQuarantined()).isEqualTo(job.isQuarantined());
    }
    JobSpec any = configuration.jobs().getFirst();
    assertThat(
            SpecText.read(
                any.name(), any.kind(), "ini", "@daily", "key-of-tomorrow=1", ZoneId.of("UTC")))
        .isEmpty();
  }

  @Test
  void noTextWhateverBreaksTheReader() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> words = new ArrayList<>(List.of("[global]", "[docker]", "[job-run \"a\"]", "[x"));
    words.addAll(List.of("[job-exec b]", "[job-local \"a\"]", "[job-compose]", "[webhook \"w\"]"));
    Keys.all().forEach(key -> words.add(key.name()));
    words.addAll(
        List.of(" = ", " = ", " = ", "\n", "\n", "\n", "-1", "${A:-}", "9h", "yes", "`", "#"));
    for (int i = 0; i < 1_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(words.get(random.nextInt(words.size())));
      }

      Configuration configuration = read(text.toString());

      assertThat(configuration.jobs().stream().map(JobSpec::name))
          .as("seed %d, text %s", seed, text)
          .doesNotHaveDuplicates();
      assertThat(configuration.allProblems())
          .as("seed %d, text %s", seed, text)
          .allSatisfy(p -> assertThat(p.found()).isNotBlank());
    }
  }

  @Test
  void anEngineTakesFromDockerWhatItDoesNotWriteButNotWhereItIs() {
    Configuration configuration =
        read(
            """
            [docker]
            host = tcp://main:1
            filters = label=x
            events = false
            [engine "nas"]
            host = tcp://nas:2
            events = true
            [engine "bare"]
            [engine "no/name"]
            [job-exec "a"]
            schedule = @daily
            container = c
            command = x
            engine = nass
            """);
    Settings nas = requireNonNull(configuration.engines().get("nas"));
    assertThat(nas.find(DockerKeys.HOST)).hasValue("tcp://nas:2");
    assertThat(nas.get(DockerKeys.FILTERS)).containsExactly("label=x");
    assertThat(nas.get(DockerKeys.EVENTS)).isTrue();
    Settings bare = requireNonNull(configuration.engines().get("bare"));
    assertThat(bare.find(DockerKeys.HOST)).isEmpty();
    assertThat(bare.get(DockerKeys.EVENTS)).isFalse();
    assertThat(configuration.engines()).containsOnlyKeys("nas", "bare");
    assertThat(configuration.problems()).singleElement().matches(Problem::isError);
    assertThat(configuration.jobs().getFirst().problems())
        .singleElement()
        .satisfies(problem ->
            assertThat(problem.text()).contains("names engine \"nass\"").contains("\"nas\""));
  }

  private static Configuration read(String text) {
    return reader().read(List.of(IniFile.parse("f", text)));
  }

  private static ConfigurationReader reader() {
    return new ConfigurationReader(_ -> Optional.empty(), ZoneId.of("UTC"), Overrides.NONE);
  }
}
