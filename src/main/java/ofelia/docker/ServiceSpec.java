package ofelia.docker;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A service of a swarm that runs one task to its end, and no second one whatever becomes of the
/// first. What is not set is the image's or the swarm's to choose.
///
/// @param name unique in the swarm; letters, digits and `-`, at most 63
/// @param labels of the service, not of its container
/// @param constraints which nodes may run it, such as `node.role==worker`
public record ServiceSpec(
    String name,
    Map<String, String> labels,
    ContainerSpec.Program program,
    Host host,
    List<String> constraints) {

  public ServiceSpec {
    labels = Map.copyOf(labels);
    constraints = List.copyOf(constraints);
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
  public record Resources(ContainerSpec.Limits limits, long reservedNanoCpus, long reservedBytes) {

    public static final Resources NONE = new Resources(ContainerSpec.Limits.NONE, 0, 0);
  }

  /// A part of the container's files that comes from elsewhere.
  ///
  /// @param source empty for an anonymous volume and for a tmpfs
  public record Mount(Type type, String source, String target, boolean isReadOnly) {

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
      @Json.Property("Init") @Nullable Boolean init) {}

  @Json
  record MountMessage(
      @Json.Property("Type") String type,
      @Json.Property("Source") String source,
      @Json.Property("Target") String target,
      @Json.Property("ReadOnly") boolean isReadOnly) {}

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
      @Json.Property("Pids") @Nullable Long pids) {}

  @Json
  record RestartMessage(@Json.Property("Condition") String condition) {}

  @Json
  record PlacementMessage(@Json.Property("Constraints") List<String> constraints) {}

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
            new PlacementMessage(constraints),
            host.networks().stream().map(NetworkMessage::new).toList(),
            log.driver().isEmpty() && log.options().isEmpty()
                ? null
                : new LogMessage(log.driver(), log.options()));
    return new Message(name, labels, task, mode);
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
        host.mounts().stream()
            .map(m -> new MountMessage(m.type().word(), m.source(), m.target(), m.isReadOnly()))
            .toList(),
        program.stop().signal(),
        program.stop().patience().map(java.time.Duration::toNanos).orElse(null),
        host.names().hosts().stream().map(ServiceSpec::hostsLine).toList(),
        host.names().dns().isEmpty() ? null : new DnsMessage(host.names().dns()),
        host.resources().limits().ulimits(),
        host.rights().capAdd().stream().map(ServiceSpec::capability).toList(),
        host.rights().capDrop().stream().map(ServiceSpec::capability).toList(),
        host.rights().isReadOnly(),
        host.init().orElse(null));
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
            orNull(Math.max(limits.pids(), 0))),
        new AmountMessage(
            orNull(resources.reservedNanoCpus()), orNull(resources.reservedBytes()), null));
  }

  private static @Nullable Long orNull(long number) {
    return number == 0 ? null : number;
  }
}
