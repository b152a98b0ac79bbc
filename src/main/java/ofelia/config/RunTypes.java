package ofelia.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ofelia.model.ValueSyntaxException;
import ofelia.model.ValueType;

/// How the values of keys about fresh containers are written. Each is checked when it is read, so
/// that a mistake is told with its line and column, and not by the engine at night.
final class RunTypes {

  private RunTypes() {}

  /// The Go Ofelia's booleans, and the words of Docker Compose.
  static final ValueType<PullPolicy> PULL = new Pull();

  /// An image as Docker writes it: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`; empty is none.
  static final ValueType<String> IMAGE = new Checked("text", RunTypes::image);

  /// The name of a container; empty leaves it to the engine.
  static final ValueType<String> CONTAINER_NAME = new Checked("text", RunTypes::containerName);

  static final ValueType<String> SIGNAL = new Checked("text", RunTypes::signal);

  /// `os/architecture`, or `os/architecture/variant`.
  static final ValueType<String> PLATFORM = new Checked("text", RunTypes::platform);

  /// The name of a log driver.
  static final ValueType<String> LOG_DRIVER = new Checked("text", RunTypes::logDriver);

  /// Billionths of a CPU, written in CPUs: `1.5`.
  static final ValueType<Long> CPUS = new Cpus();

  /// Bytes of memory, not fewer than the engine can start a container with.
  static final ValueType<Long> MEMORY = new Memory(6L << 20);

  /// Bytes of memory that a node is to have left, not fewer than a swarm takes.
  static final ValueType<Long> RESERVED_MEMORY = new Memory(4L << 20);

  static final ValueType<Gpus> GPUS = new GpusType();

  /// `SOURCE:TARGET[:OPTIONS]`, or a `TARGET` alone for an anonymous volume.
  static final ValueType<List<String>> VOLUMES = new CheckedList(false, RunTypes::volume);

  /// `NAME=value` each.
  static final ValueType<List<String>> ASSIGNMENTS = new CheckedList(false, RunTypes::assignment);

  /// Capabilities in capitals, without `CAP_`; or `ALL`.
  static final ValueType<List<String>> CAPABILITIES = new CheckedList(true, RunTypes::capability);

  /// `/path[:OPTIONS]` each.
  static final ValueType<List<String>> TMPFS = new CheckedList(false, RunTypes::tmpfs);

  /// `name=soft:hard` each.
  static final ValueType<List<String>> ULIMITS = new CheckedList(true, RunTypes::ulimit);

  static final ValueType<List<String>> SECURITY_OPTIONS =
      new CheckedList(false, RunTypes::securityOption);

  /// `name:address` each.
  static final ValueType<List<String>> HOSTS = new CheckedList(true, RunTypes::host);

  /// `name==value` or `name!=value` each.
  static final ValueType<List<String>> CONSTRAINTS = new CheckedList(true, RunTypes::constraint);

  /// `KIND=COUNT` each.
  static final ValueType<List<String>> GENERIC_RESOURCES =
      new CheckedList(true, RunTypes::genericResource);

  static final ValueType<List<String>> ADDRESSES = new CheckedList(true, RunTypes::address);

  /// What a container has before anything is added or dropped: the default of Docker Engine.
  static final Set<String> DEFAULT_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  /// capabilities(7), as of Linux 6.12.
  private static final Set<String> CAPABILITY_NAMES =
      Set.of(
          "ALL",
          "AUDIT_CONTROL",
          "AUDIT_READ",
          "AUDIT_WRITE",
          "BLOCK_SUSPEND",
          "BPF",
          "CHECKPOINT_RESTORE",
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "IPC_LOCK",
          "IPC_OWNER",
          "KILL",
          "LEASE",
          "LINUX_IMMUTABLE",
          "MAC_ADMIN",
          "MAC_OVERRIDE",
          "MKNOD",
          "NET_ADMIN",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_RAW",
          "PERFMON",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYSLOG",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_CHROOT",
          "SYS_MODULE",
          "SYS_NICE",
          "SYS_PACCT",
          "SYS_PTRACE",
          "SYS_RAWIO",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "WAKE_ALARM");

  /// What Docker Engine takes, and `as`, which only a process of its own can have; see
  /// getrlimit(2).
  private static final Set<String> ULIMIT_NAMES =
      Set.of(
          "as",
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  /// Those that count bytes.
  private static final Set<String> ULIMITS_OF_BYTES =
      Set.of("as", "core", "data", "fsize", "memlock", "msgqueue", "rss", "stack");

  private static final Set<String> VOLUME_OPTIONS =
      Set.of(
          "ro",
          "rw",
          "z",
          "Z",
          "nocopy",
          "consistent",
          "cached",
          "delegated",
          "private",
          "rprivate",
          "shared",
          "rshared",
          "slave",
          "rslave",
          "volume-nocopy");

  private static final String IMAGE_HOST =
      "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?/";
  private static final String IMAGE_WORD = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern IMAGE_FORM =
      Pattern.compile(
          "(?:"
              + IMAGE_HOST
              + ")?"
              + IMAGE_WORD
              + "(?:/"
              + IMAGE_WORD
              + ")*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,})?");
  private static final Pattern NAME_FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final Pattern SIGNAL_FORM =
      Pattern.compile("(?:SIG)?[A-Z][A-Z0-9]*(?:[+-][0-9]+)?");
  private static final Pattern PLATFORM_FORM =
      Pattern.compile("[a-z0-9_]+/[a-z0-9_]+(?:/[a-z0-9_.]+)?");
  private static final String DRIVE = "[A-Za-z]:[\\\\/]";
  private static final Pattern VOLUME_FORM =
      Pattern.compile(
          "((?:"
              + DRIVE
              + ")?[^:]+)(?::(?<target>(?:"
              + DRIVE
              + ")?[^:]+)(?::(?<options>[^:]*))?)?");
  private static final Pattern CONSTRAINT =
      Pattern.compile("([A-Za-z][A-Za-z0-9._/-]*)\\s*(==|!=)\\s*(\\S.*)");
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  /// Looks at one value, and gives it in the form in which it is kept.
  interface Check {
    String of(String text) throws ValueSyntaxException;
  }

  private static String image(String text) throws ValueSyntaxException {
    if (text.isEmpty() || IMAGE_FORM.matcher(text).matches()) {
      return text;
    }
    boolean hasCapitals = IMAGE_FORM.matcher(text.toLowerCase(Locale.ROOT)).matches();
    throw new ValueSyntaxException(
        "\"" + text + "\" is not the name of an image",
        hasCapitals
            ? "write its repository in lower case"
            : "write it as [host/]path[:tag][@digest], such as restic/restic:0.17.3",
        0);
  }

  private static String containerName(String text) throws ValueSyntaxException {
    if (text.isEmpty() || NAME_FORM.matcher(text).matches()) {
      return text;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" cannot be the name of a container",
        "write at least two letters, digits, _, . or -, the first a letter or digit",
        0);
  }

  private static String signal(String text) throws ValueSyntaxException {
    boolean isNumber = text.matches("[0-9]{1,2}") && Integer.parseInt(text) <= 64;
    String upper = text.toUpperCase(Locale.ROOT);
    if (text.isEmpty() || isNumber || SIGNAL_FORM.matcher(upper).matches()) {
      return upper;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" is not a signal", "write a name such as SIGINT, or its number", 0);
  }

  private static String platform(String text) throws ValueSyntaxException {
    if (text.isEmpty() || PLATFORM_FORM.matcher(text).matches()) {
      return text;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" is not a platform", "write os/architecture, such as linux/arm64", 0);
  }

  private static String logDriver(String text) throws ValueSyntaxException {
    if (text.isEmpty() || text.matches("[a-zA-Z0-9][a-zA-Z0-9_.:/@-]*")) {
      return text;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" is not the name of a log driver",
        "write one such as json-file, local, journald, syslog or none",
        0);
  }

  /// The engine's own reading, which also knows hosts of Windows: there a source or target may
  /// begin with a drive.
  private static String volume(String text) throws ValueSyntaxException {
    Matcher parts = VOLUME_FORM.matcher(text);
    if (!parts.matches()) {
      throw new ValueSyntaxException(
          "\"" + text + "\" is not source:target:options",
          "write source:/target, source:/target:ro, or a target alone",
          0);
    }
    int group = parts.group("target") == null ? 1 : 2;
    String target = parts.group(group);
    if (!target.startsWith("/") && !target.matches(DRIVE + ".*")) {
      throw new ValueSyntaxException(
          "\"" + target + "\" is not an absolute path in the container",
          "write source:/target, or source:/target:ro",
          parts.start(group));
    }
    String options = parts.group("options");
    for (String option : options == null ? new String[0] : options.split(",", -1)) {
      if (!VOLUME_OPTIONS.contains(option)) {
        throw new ValueSyntaxException(
            "\"" + option + "\" is not an option of a volume",
            Spelling.suggest(option, VOLUME_OPTIONS, "write ro for one that is only read"),
            parts.start("options"));
      }
    }
    return text;
  }

  private static String assignment(String text) throws ValueSyntaxException {
    if (text.indexOf('=') > 0) {
      return text;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" is not name=value", "write one such as com.example.team=web", 0);
  }

  private static String capability(String text) throws ValueSyntaxException {
    String upper = text.toUpperCase(Locale.ROOT);
    String name = upper.startsWith("CAP_") ? upper.substring(4) : upper;
    if (CAPABILITY_NAMES.contains(name)) {
      return name;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" is not a capability of Linux",
        Spelling.suggest(name, CAPABILITY_NAMES, "write one such as NET_ADMIN, or ALL"),
        0);
  }

  private static String tmpfs(String text) throws ValueSyntaxException {
    int colon = text.indexOf(':');
    String path = colon < 0 ? text : text.substring(0, colon);
    if (path.startsWith("/") && path.length() > 1) {
      return text;
    }
    throw new ValueSyntaxException(
        "\"" + path + "\" is not an absolute path in the container",
        "write /path, or /path:size=64m,mode=1777",
        0);
  }

  private static String ulimit(String text) throws ValueSyntaxException {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    if (!ULIMIT_NAMES.contains(name)) {
      throw new ValueSyntaxException(
          "\"" + name + "\" is not a limit",
          Spelling.suggest(name, ULIMIT_NAMES, "write one such as nofile=1024:2048"),
          0);
    }
    String advice = "write " + name + "=LIMIT, or " + name + "=SOFT:HARD; -1 is no limit";
    Matcher numbers =
        Pattern.compile("(-1|[0-9][^:]{0,17})(?::(-1|[0-9][^:]{0,17}))?")
            .matcher(text.substring(Math.max(equals, 0) + 1));
    if (equals < 0 || !numbers.matches()) {
      throw new ValueSyntaxException("\"" + text + "\" gives no limit", advice, equals + 1);
    }
    long soft = limit(name, numbers.group(1), advice, equals + 1);
    long hard = numbers.group(2) == null ? soft : limit(name, numbers.group(2), advice, equals + 1);
    if (hard != -1 && (soft == -1 || soft > hard)) {
      throw new ValueSyntaxException(
          "the soft limit of \"" + text + "\" is above the hard one", advice, equals + 1);
    }
    return name + "=" + soft + ":" + hard;
  }

  private static long limit(String name, String text, String advice, int offset)
      throws ValueSyntaxException {
    if (text.matches("-1|[0-9]+")) {
      return Long.parseLong(text);
    }
    if (ULIMITS_OF_BYTES.contains(name)) {
      try {
        return KeyTypes.SIZE.parse(text);
      } catch (ValueSyntaxException e) {
        throw new ValueSyntaxException(String.valueOf(e.getMessage()), e.advice(), offset);
      }
    }
    throw new ValueSyntaxException("\"" + text + "\" is not a number", advice, offset);
  }

  private static String securityOption(String text) throws ValueSyntaxException {
    // Docker's older form has a colon in place of the equals sign.
    String option = text.replaceFirst("^([a-z-]+):", "$1=");
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    String value = equals < 0 ? "" : option.substring(equals + 1);
    boolean isGood =
        switch (name) {
          case "no-new-privileges" -> equals < 0 || value.matches("true|false");
          case "seccomp", "apparmor", "label" -> !value.isEmpty();
          case "systempaths" -> value.equals("unconfined");
          default -> false;
        };
    if (isGood) {
      return option;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" is not a security option",
        "write no-new-privileges, seccomp=FILE, seccomp=unconfined, apparmor=PROFILE, label=TEXT or"
            + " systempaths=unconfined",
        0);
  }

  private static String host(String text) throws ValueSyntaxException {
    Matcher matcher = Pattern.compile("([^:=\\s]+)[:=](.+)").matcher(text);
    if (!matcher.matches()) {
      throw new ValueSyntaxException(
          "\"" + text + "\" is not name:address", "write one such as db.internal:10.0.0.5", 0);
    }
    String address = matcher.group(2).replaceFirst("^\\[(.*)\\]$", "$1");
    if (!address.equals("host-gateway") && !isAddress(address)) {
      throw new ValueSyntaxException(
          "\"" + address + "\" is not an address",
          "write one such as 10.0.0.5 or fd00::5, or host-gateway",
          matcher.start(2));
    }
    return matcher.group(1) + ":" + address;
  }

  private static String constraint(String text) throws ValueSyntaxException {
    Matcher matcher = CONSTRAINT.matcher(text);
    if (!matcher.matches()) {
      throw new ValueSyntaxException(
          "\"" + text + "\" is not name==value", "write one such as node.role==worker", 0);
    }
    return matcher.group(1) + matcher.group(2) + matcher.group(3);
  }

  private static String genericResource(String text) throws ValueSyntaxException {
    if (text.matches("[A-Za-z0-9][A-Za-z0-9._-]*=[1-9][0-9]{0,8}")) {
      return text;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" is not KIND=COUNT", "write one such as NVIDIA-GPU=1", 0);
  }

  private static String address(String text) throws ValueSyntaxException {
    if (isAddress(text)) {
      return text;
    }
    throw new ValueSyntaxException(
        "\"" + text + "\" is not an address", "write one such as 10.0.0.53 or fd00::53", 0);
  }

  private static boolean isAddress(String text) {
    if (!ADDRESS.matcher(text).matches()) {
      return false;
    }
    if (text.contains(":")) {
      return true;
    }
    for (String part : text.split("\\.", -1)) {
      if (Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  record Checked(String word, Check check) implements ValueType<String> {

    @Override
    public String parse(String text) throws ValueSyntaxException {
      return check.of(text);
    }

    @Override
    public String format(String value) {
      return value;
    }
  }

  /// @param isSplit whether each text is also split at its commas
  record CheckedList(boolean isSplit, Check check) implements ValueType<List<String>> {

    @Override
    public String word() {
      return isSplit ? "comma list" : "list";
    }

    @Override
    public List<String> parse(String text) throws ValueSyntaxException {
      List<String> values = new ArrayList<>();
      int begin = 0;
      for (String part : isSplit ? text.split(",", -1) : new String[] {text}) {
        String bare = part.strip();
        if (!bare.isEmpty()) {
          values.add(checked(bare, begin + part.indexOf(bare)));
        }
        begin += part.length() + 1;
      }
      return List.copyOf(values);
    }

    private String checked(String text, int offset) throws ValueSyntaxException {
      try {
        return check.of(text);
      } catch (ValueSyntaxException e) {
        throw new ValueSyntaxException(
            String.valueOf(e.getMessage()), e.advice(), offset + e.offset());
      }
    }

    @Override
    public String format(List<String> value) {
      return String.join(",", value);
    }

    @Override
    public boolean isList() {
      return true;
    }
  }

  private record Pull() implements ValueType<PullPolicy> {

    @Override
    public String word() {
      return "always / missing / never";
    }

    @Override
    public PullPolicy parse(String text) throws ValueSyntaxException {
      String lower = text.toLowerCase(Locale.ROOT);
      return switch (lower) {
        case "always" -> PullPolicy.ALWAYS;
        case "missing", "if-not-present", "ifnotpresent" -> PullPolicy.MISSING;
        case "never" -> PullPolicy.NEVER;
        default -> {
          try {
            yield KeyTypes.BOOLEAN.parse(text) ? PullPolicy.ALWAYS : PullPolicy.MISSING;
          } catch (ValueSyntaxException _) {
            List<String> words = List.of("always", "missing", "never");
            throw new ValueSyntaxException(
                "\"" + text + "\" is not a pull policy",
                Spelling.suggest(text, words, "write always, missing or never"),
                0);
          }
        }
      };
    }

    @Override
    public String format(PullPolicy value) {
      return value.word();
    }
  }

  private record Cpus() implements ValueType<Long> {

    private static final long LEAST = 10_000_000;

    @Override
    public String word() {
      return "number";
    }

    @Override
    public Long parse(String text) throws ValueSyntaxException {
      if (!text.matches("[0-9]{1,5}(?:\\.[0-9]{1,9})?")) {
        throw new ValueSyntaxException(
            "\"" + text + "\" is not a number of CPUs", "write one such as 0.5 or 2", 0);
      }
      long nanos = new BigDecimal(text).movePointRight(9).longValueExact();
      if (nanos < LEAST) {
        throw new ValueSyntaxException(
            "\"" + text + "\" is less than Docker takes", "write 0.01 or more", 0);
      }
      return nanos;
    }

    @Override
    public String format(Long value) {
      return BigDecimal.valueOf(value, 9).stripTrailingZeros().toPlainString();
    }
  }

  private record Memory(long least) implements ValueType<Long> {

    @Override
    public String word() {
      return KeyTypes.SIZE.word();
    }

    @Override
    public Long parse(String text) throws ValueSyntaxException {
      long bytes = KeyTypes.SIZE.parse(text);
      if (bytes < least) {
        throw new ValueSyntaxException(
            "\"" + text + "\" is less than Docker takes",
            "write " + KeyTypes.SIZE.format(least) + " or more",
            0);
      }
      return bytes;
    }

    @Override
    public String format(Long value) {
      return KeyTypes.SIZE.format(value);
    }
  }

  private record GpusType() implements ValueType<Gpus> {

    @Override
    public String word() {
      return "text";
    }

    @Override
    public Gpus parse(String text) throws ValueSyntaxException {
      if (text.equals("all")) {
        return new Gpus(Gpus.ALL, List.of());
      }
      if (text.matches("[1-9][0-9]{0,3}")) {
        return new Gpus(Integer.parseInt(text), List.of());
      }
      String devices = text.replaceFirst("^device=", "");
      Set<String> named = new TreeSet<>(List.of(devices.split(",", -1)));
      if (text.startsWith("device=") && !named.contains("")) {
        return new Gpus(0, List.copyOf(named));
      }
      throw new ValueSyntaxException(
          "\"" + text + "\" names no GPUs", "write all, a number, or device=0,1", 0);
    }

    @Override
    public String format(Gpus value) {
      if (!value.devices().isEmpty()) {
        return "device=" + String.join(",", value.devices());
      }
      return value.count() == Gpus.ALL ? "all" : Integer.toString(value.count());
    }
  }
}
