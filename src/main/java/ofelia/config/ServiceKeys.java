package ofelia.config;

import java.util.List;
import ofelia.model.Key;

/// Keys of `job-service-run` alone.
public final class ServiceKeys {

  private ServiceKeys() {}

  public static final Key<List<String>> CONSTRAINTS =
      NewKey.of(
          "constraints",
          RunTypes.CONSTRAINTS,
          List.of(),
          Places.SERVICE_ONLY,
          "Which nodes of the swarm may run the task, `name==value` or `name!=value`; repeat the key"
              + " for several, which must all hold.",
          "node.role==worker");

  /// Billionths of a CPU.
  public static final Key<Long> RESERVE_CPUS =
      NewKey.optional(
          "reserve-cpus",
          RunTypes.CPUS,
          Places.SERVICE_ONLY,
          "How many CPUs a node must have left for the task.",
          "0.5");

  /// Bytes.
  public static final Key<Long> RESERVE_MEMORY =
      NewKey.optional(
          "reserve-memory",
          RunTypes.RESERVED_MEMORY,
          Places.SERVICE_ONLY,
          "How much memory a node must have left for the task.",
          "128MiB");

  /// `KIND=COUNT` each.
  public static final Key<List<String>> GENERIC_RESOURCE =
      NewKey.of(
          "generic-resource",
          RunTypes.GENERIC_RESOURCES,
          List.of(),
          Places.SERVICE_ONLY,
          "What else a node must have left for the task, `KIND=COUNT`, such as GPUs, by the kinds of"
              + " `node-generic-resources` in the settings of the nodes' engines; repeat the key for"
              + " several.",
          "NVIDIA-GPU=1");

  /// In the order of the documentation.
  static final List<Key<?>> ALL =
      List.of(CONSTRAINTS, RESERVE_CPUS, RESERVE_MEMORY, GENERIC_RESOURCE);
}
