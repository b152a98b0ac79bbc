package ofelia.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import ofelia.config.ContainerKeys;
import ofelia.config.LocalKeys;
import ofelia.config.RunKeys;
import ofelia.model.Settings;

/// Lets a local command run as another user, with another priority and under limits: programs of
/// the system stand before its words, each of which does one thing and becomes the next, so that
/// the process that was started is the command itself in the end.
///
/// They are `prlimit`, `nice` and `setpriv`, the last because the others may need what it gives up.
/// User and group are looked up in `/etc/passwd` and `/etc/group`.
///
/// @param system the folder that holds `etc` and `proc`: `/`
/// @param tools where the programs are looked for
record LocalPlan(Path system, List<Path> tools) {

  static final LocalPlan OF_THIS_MACHINE =
      new LocalPlan(
          Path.of("/"),
          List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin")));

  private static final Pattern NO_LIMIT = Pattern.compile("(?<=[=:])-1(?=:|$)");
  private static final long ROOT = 0;

  /// What to start.
  ///
  /// @param before the words before those of the command
  /// @param variables for the command where nothing stronger sets them
  record Prepared(List<String> before, Map<String, String> variables) {}

  /// A line of `/etc/passwd`, or as much of one as a number says.
  private record Account(long uid, Optional<Long> gid, Optional<String> name, String home) {}

  /// @throws IOException when it is not possible here; says what to do
  Prepared prepare(Settings settings) throws IOException {
    List<String> before = new ArrayList<>();
    List<String> limits = settings.get(RunKeys.ULIMIT);
    if (!limits.isEmpty()) {
      before.add(tool("prlimit", "ulimit"));
      limits.forEach(limit -> before.add("--" + NO_LIMIT.matcher(limit).replaceAll("unlimited")));
    }
    Optional<Integer> nice = settings.find(LocalKeys.NICE);
    if (nice.isPresent()) {
      before.addAll(List.of(tool("nice", "nice"), "-n", nice.get().toString()));
    }
    String user = settings.isWritten(ContainerKeys.USER) ? settings.get(ContainerKeys.USER) : "";
    String group = settings.find(LocalKeys.GROUP).orElse("");
    Map<String, String> variables = new LinkedHashMap<>();
    if (!user.isEmpty() || !group.isEmpty()) {
      before.addAll(switched(user, group, variables));
    }
    return new Prepared(List.copyOf(before), variables);
  }

  private List<String> switched(String written, String group, Map<String, String> variables)
      throws IOException {
    int colon = written.indexOf(':');
    String user = colon < 0 ? written : written.substring(0, colon);
    String ofUser = colon < 0 ? "" : written.substring(colon + 1);
    if (!group.isEmpty() && !ofUser.isEmpty() && !group.equals(ofUser)) {
      throw new IOException(
          "user names the group \"" + ofUser + "\", and group \"" + group + "\"; keep one of them");
    }
    long own = ownUser();
    if (own != ROOT) {
      throw new IOException(
          "cannot run as user \""
              + (user.isEmpty() ? ":" + group : user)
              + "\": the daemon is not root (its user is "
              + own
              + "); run it as root, or remove user and group");
    }
    String wanted = group.isEmpty() ? ofUser : group;
    List<String> words = new ArrayList<>(List.of(tool("setpriv", "user")));
    Optional<Long> gid = wanted.isEmpty() ? Optional.empty() : Optional.of(groupId(wanted));
    if (user.isEmpty()) {
      words.addAll(List.of("--regid", gid.orElseThrow().toString(), "--clear-groups"));
      return words;
    }
    Account account = account(user);
    Optional<Long> main = gid.or(account::gid);
    if (main.isEmpty()) {
      throw new IOException(
          "user "
              + user
              + " is not in /etc/passwd, so that its group is not known; write user = "
              + user
              + ":GROUP");
    }
    words.addAll(
        List.of("--reuid", Long.toString(account.uid()), "--regid", main.get().toString()));
    // As login(1) does it: the groups of the user, unless one was chosen.
    words.add(gid.isEmpty() && account.name().isPresent() ? "--init-groups" : "--clear-groups");
    account
        .name()
        .ifPresent(name -> {
          variables.put("USER", name);
          variables.put("LOGNAME", name);
          variables.put("HOME", account.home());
        });
    return words;
  }

  /// Of the process itself: the daemon may have been started by another one.
  private long ownUser() throws IOException {
    Path self = system.resolve("proc/self");
    Object uid =
        Files.exists(self)
            ? Files.getAttribute(self, "unix:uid")
            : System.getProperty("user.name", "").equals("root") ? 0 : -1;
    return ((Number) uid).longValue();
  }

  private Account account(String user) throws IOException {
    boolean isNumber = user.matches("[0-9]{1,10}");
    for (String line : lines("etc/passwd")) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 6 && (fields[0].equals(user) || isNumber && fields[2].equals(user))) {
        return new Account(
            Long.parseLong(fields[2]),
            Optional.of(Long.valueOf(fields[3])),
            Optional.of(fields[0]),
            fields[5]);
      }
    }
    if (isNumber) {
      return new Account(Long.parseLong(user), Optional.empty(), Optional.empty(), "/");
    }
    throw new IOException("there is no user \"" + user + "\" in /etc/passwd");
  }

  private long groupId(String group) throws IOException {
    if (group.matches("[0-9]{1,10}")) {
      return Long.parseLong(group);
    }
    for (String line : lines("etc/group")) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 3 && fields[0].equals(group)) {
        return Long.parseLong(fields[2]);
      }
    }
    throw new IOException("there is no group \"" + group + "\" in /etc/group");
  }

  private List<String> lines(String file) throws IOException {
    Path path = system.resolve(file);
    return Files.exists(path) ? Files.readAllLines(path, StandardCharsets.UTF_8) : List.of();
  }

  /// BusyBox has a `setpriv` and no `prlimit`, and neither changes users or limits.
  private String tool(String name, String key) throws IOException {
    for (Path folder : tools) {
      Path tool = folder.resolve(name);
      boolean isWhole =
          Files.isExecutable(tool)
              && (name.equals("nice") || !tool.toRealPath().endsWith("busybox"));
      if (isWhole) {
        return tool.toString();
      }
    }
    throw new IOException(
        key
            + " needs the program "
            + name
            + (name.equals("nice") ? " of coreutils" : " of util-linux")
            + ", which is not installed beside the daemon; install it, or remove "
            + key);
  }
}
