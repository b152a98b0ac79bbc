/// The promise, simulated: hundreds of jobs over weeks of virtual time, with crashes between any
/// two steps. Read [ofelia.sim.SchedulerSimulationTest].
@NullMarked
package ofelia.sim;

import org.jspecify.annotations.NullMarked;
