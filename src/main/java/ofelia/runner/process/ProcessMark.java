package ofelia.runner.process;

/// What tells one process from every other, before and after it, on this machine.
///
/// A process id alone comes round again. On Linux `start` is the kernel's boot id and the clock
/// ticks from that boot to the process's start (`proc_pid_stat(5)`, field 22), neither of which a
/// change of the wall clock moves; elsewhere it is the start in milliseconds since 1970.
///
/// @param pid the process id
/// @param start to be stored and compared as it is; empty if the process was already gone when it
///   was asked for, which matches no process
public record ProcessMark(long pid, String start) {}
