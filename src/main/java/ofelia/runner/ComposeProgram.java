package ofelia.runner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ofelia.config.EngineKeys;
import ofelia.docker.BorrowedLogins;
import ofelia.docker.ImageName;
import ofelia.docker.RegistryAuth;
import ofelia.docker.RegistryLogins;
import ofelia.model.OutputChannel;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Stop;
import ofelia.runner.process.Command;
import ofelia.runner.process.Exit;
import ofelia.runner.process.LocalProcess;
import ofelia.runner.process.ProcessStartException;

/// Docker Compose, as it is installed beside the daemon: the plugin of the docker CLI, else the
/// program `docker-compose`. It is looked for by the first run that needs it, and again as long as
/// it is not found.
///
/// Safe for any thread.
public final class ComposeProgram {

  private static final List<List<String>> FORMS =
      List.of(List.of("docker", "compose"), List.of("docker-compose"));

  private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.\\d+.*", Pattern.DOTALL);
  private static final int OLDEST = 2;
  private static final String DOCKER_HUB = "docker.io";
  private static final Pattern ABOUT_REGISTRY =
      Pattern.compile(
          "(?i)(?<!permission )denied|unauthorized|credentials|authentication required");
  private static final Pattern REGISTRY = Pattern.compile("https?://([^/\\s\"]+)/v2/");
  private static final Pattern DENIED_IMAGE = Pattern.compile("denied for ([^\\s,]+)");
  private static final Pattern TAG = Pattern.compile("<[^>]*>");

  /// How much of each of its outputs is kept: more than an engine with many services says.
  private static final int MOST_OUTPUT = 64 << 10;

  private final HostPrograms programs;
  private final Map<String, String> environment;
  private Optional<List<String>> found = Optional.empty();

  /// @param environment the daemon's own, and where the engine is
  public ComposeProgram(HostPrograms programs, Map<String, String> environment) {
    this.programs = programs;
    this.environment = Map.copyOf(environment);
  }

  /// What it said and how it ended.
  record Answer(int exit, String out, String err) {

    /// Why it failed, in a line: the last that it said, or the page in which a filter before the
    /// engine says that a call must not pass.
    String complaint() {
      int page = err.indexOf("<html");
      if (page >= 0) {
        String from = err.substring(err.lastIndexOf('\n', page) + 1);
        return TAG.matcher(from).replaceAll(" ").strip().replaceAll("\\s+", " ")
            + "; where a filter stands before the engine, let pass what Compose calls";
      }
      return err.lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .reduce((_, next) -> next)
          .orElse("exit code " + exit + " and not a word");
    }
  }

  /// As whom Compose asked the registry that a complaint is about, to be added to it; empty where
  /// it is about none.
  ///
  /// @param settings of the job, which may have logins of its own
  String tried(String complaint, Settings settings) throws InterruptedException {
    if (!ABOUT_REGISTRY.matcher(complaint).find()) {
      return "";
    }
    Path home = Path.of(environment.getOrDefault("HOME", "/root"));
    RegistryLogins logins = ImagePull.loginsOf(settings, RegistryLogins.of(environment, home));
    Optional<String> registry = registryIn(complaint);
    if (registry.isEmpty() && !logins.listed().isEmpty()) {
      return "; Compose had " + String.join(", ", logins.listed());
    }
    Optional<RegistryAuth> login = logins.find(registry.orElse(DOCKER_HUB), _ -> {});
    return "; Compose tried "
        + login
            .map(RegistryAuth::who)
            .orElse("without a login: there is none in " + logins.folder().resolve("config.json"));
  }

  /// @return empty where it names none, as old engines do
  private static Optional<String> registryIn(String complaint) {
    Matcher address = REGISTRY.matcher(complaint);
    if (address.find()) {
      return Optional.of(address.group(1).endsWith(DOCKER_HUB) ? DOCKER_HUB : address.group(1));
    }
    Matcher image = DENIED_IMAGE.matcher(complaint);
    try {
      return image.find()
          ? Optional.of(ImageName.parse(image.group(1)).registry())
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      // It was something else that was denied.
      return Optional.empty();
    }
  }

  /// The value of `OFELIA_RUN_ID` in Compose's own environment, which differs from that of the
  /// run's processes: only Compose itself is ended by it.
  static String mark(RunRequest request) {
    return "compose/" + request.run();
  }

  /// Runs it to its end, or until the run is to be stopped.
  ///
  /// @param variables over the daemon's own
  /// @throws IOException when there is no Compose here; says what to install
  Answer call(List<String> arguments, Map<String, String> variables, RunRequest request, Stop stop)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(program(request, stop));
    words.addAll(arguments);
    try {
      return start(words, variables, request, stop);
    } catch (ProcessStartException e) {
      forget();
      throw new IOException(e.getMessage(), e);
    }
  }

  private List<String> program(RunRequest request, Stop stop)
      throws IOException, InterruptedException {
    Optional<List<String>> known = known();
    if (known.isPresent()) {
      return known.get();
    }
    for (List<String> form : FORMS) {
      List<String> question = new ArrayList<>(form);
      question.addAll(List.of("version", "--short"));
      try {
        Answer answer = start(question, Map.of(), request, stop);
        Matcher version = VERSION.matcher(answer.out().strip());
        if (answer.exit() == 0 && version.matches()) {
          requireSupported(form, Integer.parseInt(version.group(1)), answer.out().strip());
          remember(form);
          return form;
        }
      } catch (ProcessStartException _) {
        // It is not installed in this form; the next may be.
      }
    }
    throw new IOException(
        "Docker Compose is not installed beside the daemon: neither \"docker compose\" nor"
            + " \"docker-compose\" can be run; install docker-compose-plugin or docker-compose-v2"
            + " (apt), docker-cli-compose (apk), or the program from Compose's releases");
  }

  private static void requireSupported(List<String> form, int major, String version)
      throws IOException {
    if (major < OLDEST) {
      throw new IOException(
          "\""
              + String.join(" ", form)
              + "\" is version "
              + version
              + ", which is too old; install Compose "
              + OLDEST
              + " or newer");
    }
  }

  private synchronized Optional<List<String>> known() {
    return found;
  }

  private synchronized void remember(List<String> form) {
    found = Optional.of(form);
  }

  private synchronized void forget() {
    found = Optional.empty();
  }

  private Answer start(
      List<String> words, Map<String, String> variables, RunRequest request, Stop stop)
      throws IOException, ProcessStartException, InterruptedException {
    Optional<String> logins = request.job().settings().find(EngineKeys.REGISTRY_CONFIG);
    if (logins.isEmpty()) {
      return start(words, environment, variables, request, stop);
    }
    try (BorrowedLogins borrowed = BorrowedLogins.open(Path.of(logins.get()), environment)) {
      return start(words, borrowed.environment(), variables, request, stop);
    }
  }

  private Answer start(
      List<String> words,
      Map<String, String> own,
      Map<String, String> variables,
      RunRequest request,
      Stop stop)
      throws ProcessStartException, InterruptedException {
    Map<String, String> all = new LinkedHashMap<>(own);
    all.put("COMPOSE_PROGRESS", "quiet");
    all.put("COMPOSE_ANSI", "never");
    all.putAll(variables);
    all.put("OFELIA_RUN_ID", mark(request));
    Output out = new Output();
    Output err = new Output();
    try (LocalProcess process =
        programs.processes().start(new Command(words, all, Optional.empty()))) {
      stop.onRequest(() -> process.stop(stop.grace()));
      Exit exit =
          process.await((channel, buffer, offset, length) ->
              (channel == OutputChannel.STDOUT ? out : err).add(buffer, offset, length));
      return new Answer(exit.code(), out.text(), err.text());
    }
  }

  /// The end of what was printed. Written by one thread, and read when that has ended.
  private static final class Output {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void add(byte[] buffer, int offset, int length) {
      if (bytes.size() + length > 2 * MOST_OUTPUT) {
        byte[] all = bytes.toByteArray();
        int kept = Math.min(all.length, MOST_OUTPUT);
        bytes.reset();
        bytes.write(all, all.length - kept, kept);
      }
      bytes.write(buffer, offset, length);
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
