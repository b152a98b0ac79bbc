package ofelia.runner;

/// Who runs the jobs, for the labels of the containers that it makes.
///
/// @param host the name of the machine
/// @param version of this program
public record Scheduler(String host, String version) {}
