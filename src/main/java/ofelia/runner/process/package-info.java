/// Local processes: started, watched, and ended together with everything they started themselves.
///
/// Read [Processes] first, the door with two forms behind it. `SpawnedProcesses` calls
/// `posix_spawn` through the Foreign Function API and watches all its processes with one thread,
/// named `process-watch`, which lives as long as the door is open. `PortableProcesses` stands on
/// `ProcessBuilder` and takes two short-lived threads for each process. Output is copied on the
/// thread that calls [LocalProcess#await], so a slow reader holds up its own process and no other.
///
/// `ProcessTable` and `Ending` are how a process's descendants are found and ended; [Survivors]
/// does the same for what an earlier life of this program left behind.
@NullMarked
package ofelia.runner.process;

import org.jspecify.annotations.NullMarked;
