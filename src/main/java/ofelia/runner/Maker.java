package ofelia.runner;

/// Who makes containers and services, for their labels.
///
/// @param host the name of the machine
/// @param version of this program
public record Maker(String host, String version) {}
