/// One class per kind of work: exec, run, service, compose, local, http, and nothing at all.
/// [LocalRunner] is the shortest one to read; its processes live in [ofelia.runner.process].
/// [Surroundings] keeps containers still while any of them works. [ExecFollow], [ContainerFollow]
/// and [ServiceFollow] say when work in containers has ended.
///
/// Threads: each run in a container has one, named `output-RUN`, that reads its output and ends
/// with the run; an HTTP run has `http-RUN` for its exchange. Events come in the thread of
/// [ofelia.docker.EventHub].
@NullMarked
package ofelia.runner;

import org.jspecify.annotations.NullMarked;
