package ofelia.docker;

import io.avaje.jsonb.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A service of a swarm that runs one task to its end, and no second one whatever becomes of the
/// first. What is not set is the image's or the swarm's to choose.
///
/// @param name unique in the swarm; letters, digits and `-`, at most 63
/// @param labels of the service, not of its container
public record ServiceSpec(
    String name,
    Map<String, String> labels,
    ContainerSpec.Program program,
    Host host,
    Placement placement) {

  public ServiceSpec {
    labels = Map.copyOf(labels);
  }

  /// Which nodes may run it.
  ///
  /// @param constraints such as `node.role==worker`
  /// @param platform `os/architecture`; empty for that of the image
  public record Placement(List<String> constraints, String platform) {

    public static final Placement ANYWHERE = new Placement(List.of(), "");

    public Placement {
      constraints = List.copyOf(constraints);
    }
  }

  /// What a node gives to the container.
  ///
  /// @param networks names or ids of networks of the swarm, or `host`; empty for none of them
  /// @param init whether the engine's small init is the first process; empty for the engine's
  ///   choice
  public record Host(
      List<Mount> mounts,
      List<String> networks,
      ContainerSpec.Names names,
      Resources resources,
      ContainerSpec.Rights rights,
      Optional<Boolean> init,
      ContainerSpec.Log log) {

    public static final Host DEFAULT =
        new Host(
            List.of(),
            List.of(),
            ContainerSpec.Names.NONE,
            Resources.NONE,
            ContainerSpec.Rights.DEFAULT,
            Optional.empty(),
            ContainerSpec.Log.DEFAULT);

    public Host {
      mounts = List.copyOf(mounts);
      networks = List.copyOf(networks);
    }
  }

  /// How much it may take, and how much a node must have left for it; 0 is no bound.
  ///
  /// @param reservedKinds how many of each kind that the nodes name for themselves
  public record Resources(
      ContainerSpec.Limits limits,
      long reservedNanoCpus,
      long reservedBytes,
      Map<String, Long> reservedKinds) {

    public static final Resources NONE = new Resources(ContainerSpec.Limits.NONE, 0, 0, Map.of());

    public Resources {
      reservedKinds = Map.copyOf(reservedKinds);
    }
  }

  /// A part of the container's files that comes from elsewhere.
  ///
  /// @param source empty for an anonymous volume and for a tmpfs
  /// @param memory of a tmpfs
  public record Mount(
      Type type, String source, String target, boolean isReadOnly, Optional<Memory> memory) {

    public Mount(Type type, String source, String target, boolean isReadOnly) {
      this(type, source, target, isReadOnly, Optional.empty());
    }

    public static Mount tmpfs(String target, Memory memory) {
      return new Mount(Type.TMPFS, "", target, false, Optional.of(memory));
    }

    /// @param bytes empty for no bound of its own
    /// @param mode permission bits; empty for the engine's choice
    public record Memory(Optional<Long> bytes, Optional<Integer> mode) {}

    /// Where it comes from.
    public enum Type {
      BIND,
      VOLUME,
      TMPFS;

      private String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
      }
    }
  }

  /// The body of `POST /services/create`; members that are `null` are not sent.
  @Json
  record Message(
      @Json.Property("Name") String name,
      @Json.Property("Labels") Map<String, String> labels,
      @Json.Property("TaskTemplate") TaskMessage task,
      @Json.Property("Mode") ModeMessage mode) {}

  @Json
  record TaskMessage(
      @Json.Property("ContainerSpec") ContainerMessage container,
      @Json.Property("Resources") ResourcesMessage resources,
      @Json.Property("RestartPolicy") RestartMessage restart,
      @Json.Property("Placement") PlacementMessage placement,
      @Json.Property("Networks") List<NetworkMessage> networks,
      @Json.Property("LogDriver") @Nullable LogMessage log) {}

  @Json
  record ContainerMessage(
      @Json.Property("Image") String image,
      @Json.Property("Command") @Nullable List<String> command,
      @Json.Property("Args") @Nullable List<String> args,
      @Json.Property("Env") List<String> env,
      @Json.Property("User") String user,
      @Json.Property("Dir") String dir,
      @Json.Property("Hostname") String hostname,
      @Json.Property("TTY") boolean tty,
      @Json.Property("Mounts") List<MountMessage> mounts,
      @Json.Property("StopSignal") String stopSignal,
      @Json.Property("StopGracePeriod") @Nullable Long stopGraceNanos,
      @Json.Property("Hosts") List<String> hosts,
      @Json.Property("DNSConfig") @Nullable DnsMessage dns,
      @Json.Property("Ulimits") List<ContainerSpec.Ulimit> ulimits,
      @Json.Property("CapabilityAdd") List<String> capAdd,
      @Json.Property("CapabilityDrop") List<String> capDrop,
      @Json.Property("ReadOnly") boolean isReadOnly,
      @Json.Property("Privileges") @Nullable PrivilegesMessage privileges,
      @Json.Property("Init") @Nullable Boolean init) {}

  @Json
  record PrivilegesMessage(
      @Json.Property("NoNewPrivileges") @Nullable Boolean noNewPrivileges,
      @Json.Property("Seccomp") @Nullable ProfileMessage seccomp,
      @Json.Property("AppArmor") @Nullable ProfileMessage apparmor,
      @Json.Property("SELinuxContext") @Nullable SelinuxMessage selinux) {}

  /// @param profile in Base64; `null` unless the mode is `custom`
  @Json
  record ProfileMessage(
      @Json.Property("Mode") String mode, @Json.Property("Profile") @Nullable String profile) {}

  @Json
  record SelinuxMessage(
      @Json.Property("Disable") boolean isDisabled,
      @Json.Property("User") @Nullable String user,
      @Json.Property("Role") @Nullable String role,
      @Json.Property("Type") @Nullable String type,
      @Json.Property("Level") @Nullable String level) {}

  @Json
  record MountMessage(
      @Json.Property("Type") String type,
      @Json.Property("Source") String source,
      @Json.Property("Target") String target,
      @Json.Property("ReadOnly") boolean isReadOnly,
      @Json.Property("TmpfsOptions") @Nullable TmpfsMessage memory) {}

  @Json
  record TmpfsMessage(
      @Json.Property("SizeBytes") @Nullable Long bytes,
      @Json.Property("Mode") @Nullable Integer mode) {}

  @Json
  record DnsMessage(@Json.Property("Nameservers") List<String> servers) {}

  @Json
  record ResourcesMessage(
      @Json.Property("Limits") AmountMessage limits,
      @Json.Property("Reservations") AmountMessage reservations) {}

  @Json
  record AmountMessage(
      @Json.Property("NanoCPUs") @Nullable Long nanoCpus,
      @Json.Property("MemoryBytes") @Nullable Long bytes,
      @Json.Property("Pids") @Nullable Long pids,
      @Json.Property("GenericResources") @Nullable List<KindMessage> kinds) {}

  @Json
  record KindMessage(@Json.Property("DiscreteResourceSpec") CountMessage count) {}

  @Json
  record CountMessage(@Json.Property("Kind") String kind, @Json.Property("Value") long value) {}

  @Json
  record RestartMessage(@Json.Property("Condition") String condition) {}

  @Json
  record PlacementMessage(
      @Json.Property("Constraints") List<String> constraints,
      @Json.Property("Platforms") @Nullable List<PlatformMessage> platforms) {}

  @Json
  record PlatformMessage(
      @Json.Property("Architecture") String architecture, @Json.Property("OS") String os) {}

  @Json
  record NetworkMessage(@Json.Property("Target") String target) {}

  @Json
  record LogMessage(
      @Json.Property("Name") String name, @Json.Property("Options") Map<String, String> options) {}

  @Json
  record ModeMessage(
      @Json.Property("ReplicatedJob") @Nullable JobMessage job,
      @Json.Property("Replicated") @Nullable ReplicatedMessage replicated) {}

  @Json
  record JobMessage(
      @Json.Property("MaxConcurrent") long atOnce,
      @Json.Property("TotalCompletions") long completions) {}

  @Json
  record ReplicatedMessage(@Json.Property("Replicas") long replicas) {}

  /// @param hasJobs whether to ask for a service that ends; else an ordinary one with a replica
  ///   that is not restarted serves
  Message message(boolean hasJobs) {
    ModeMessage mode =
        hasJobs
            ? new ModeMessage(new JobMessage(1, 1), null)
            : new ModeMessage(null, new ReplicatedMessage(1));
    ContainerSpec.Log log = host.log();
    TaskMessage task =
        new TaskMessage(
            container(),
            resources(),
            new RestartMessage("none"),
            placementMessage(),
            host.networks().stream().map(NetworkMessage::new).toList(),
            log.driver().isEmpty() && log.options().isEmpty()
                ? null
                : new LogMessage(log.driver(), log.options()));
    return new Message(name, labels, task, mode);
  }

  private PlacementMessage placementMessage() {
    String platform = placement.platform();
    int slash = platform.indexOf('/');
    return new PlacementMessage(
        placement.constraints(),
        platform.isEmpty()
            ? null
            : List.of(
                new PlatformMessage(platform.substring(slash + 1), platform.substring(0, slash))));
  }

  private ContainerMessage container() {
    List<String> words = program.command().orElse(List.of());
    Optional<List<String>> entrypoint = program.entrypoint();
    // What a service calls its command replaces the entrypoint; there is no way to say that there
    // is none, but the words of the command can take its place.
    boolean isReplaced = entrypoint.isPresent() && entrypoint.get().isEmpty();
    List<String> first = isReplaced ? words : entrypoint.orElse(List.of());
    List<String> rest = isReplaced ? List.of() : words;
    return new ContainerMessage(
        program.image(),
        first.isEmpty() ? null : first,
        rest.isEmpty() ? null : rest,
        program.env(),
        program.user(),
        program.workingDir(),
        program.hostname(),
        program.tty(),
        host.mounts().stream().map(ServiceSpec::message).toList(),
        program.stop().signal(),
        program.stop().patience().map(java.time.Duration::toNanos).orElse(null),
        host.names().hosts().stream().map(ServiceSpec::hostsLine).toList(),
        host.names().dns().isEmpty() ? null : new DnsMessage(host.names().dns()),
        host.resources().limits().ulimits(),
        host.rights().capAdd().stream().map(ServiceSpec::capability).toList(),
        host.rights().capDrop().stream().map(ServiceSpec::capability).toList(),
        host.rights().isReadOnly(),
        host.rights().securityOptions().isEmpty() ? null : privileges(),
        host.init().orElse(null));
  }

  private static MountMessage message(Mount mount) {
    return new MountMessage(
        mount.type().word(),
        mount.source(),
        mount.target(),
        mount.isReadOnly(),
        mount
            .memory()
            .map(m -> new TmpfsMessage(m.bytes().orElse(null), m.mode().orElse(null)))
            .orElse(null));
  }

  /// Whether it asks for what engines of older versions would leave out without a word.
  public boolean needsNewPrivileges() {
    return host.rights().securityOptions().stream().anyMatch(o -> !o.startsWith("label="));
  }

  private PrivilegesMessage privileges() {
    Boolean noNewPrivileges = null;
    ProfileMessage seccomp = null;
    ProfileMessage apparmor = null;
    Map<String, String> selinux = new HashMap<>();
    for (String option : host.rights().securityOptions()) {
      int equals = option.indexOf('=');
      String value = option.substring(equals + 1);
      switch (equals < 0 ? option : option.substring(0, equals)) {
        case "no-new-privileges" -> noNewPrivileges = !value.equals("false");
        case "seccomp" -> seccomp = seccomp(value);
        case "apparmor" -> apparmor = new ProfileMessage("disabled", null);
        default -> {
          int colon = value.indexOf(':');
          selinux.put(
              colon < 0 ? value : value.substring(0, colon),
              colon < 0 ? "" : value.substring(colon + 1));
        }
      }
    }
    return new PrivilegesMessage(
        noNewPrivileges,
        seccomp,
        apparmor,
        selinux.isEmpty()
            ? null
            : new SelinuxMessage(
                selinux.containsKey("disable"),
                selinux.get("user"),
                selinux.get("role"),
                selinux.get("type"),
                selinux.get("level")));
  }

  private static ProfileMessage seccomp(String profile) {
    return switch (profile) {
      case "unconfined" -> new ProfileMessage("unconfined", null);
      case "builtin" -> new ProfileMessage("default", null);
      default ->
          new ProfileMessage(
              "custom",
              Base64.getEncoder().encodeToString(profile.getBytes(StandardCharsets.UTF_8)));
    };
  }

  /// A service wants lines as they stand in `/etc/hosts`, the address first.
  private static String hostsLine(String host) {
    int colon = host.indexOf(':');
    return host.substring(colon + 1) + " " + host.substring(0, colon);
  }

  private static String capability(String name) {
    return name.equals("ALL") ? name : "CAP_" + name;
  }

  private ResourcesMessage resources() {
    Resources resources = host.resources();
    ContainerSpec.Limits limits = resources.limits();
    return new ResourcesMessage(
        new AmountMessage(
            orNull(limits.nanoCpus()),
            orNull(limits.memoryBytes()),
            orNull(Math.max(limits.pids(), 0)),
            null),
        new AmountMessage(
            orNull(resources.reservedNanoCpus()),
            orNull(resources.reservedBytes()),
            null,
            resources.reservedKinds().isEmpty() ? null : kinds(resources.reservedKinds())));
  }

  private static List<KindMessage> kinds(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(count -> new KindMessage(new CountMessage(count.getKey(), count.getValue())))
        .toList();
  }

  private static @Nullable Long orNull(long number) {
    return number == 0 ? null : number;
  }
}
