/// HTTP/1.1 over any byte stream, with a deadline on each call.
///
/// Read [HttpClient] first: a call is opened on a [Transport], guarded by a [Deadline], and
/// answered whole ([Response]) or as a stream that any thread may cut ([HttpStream]). [HttpServer]
/// is the other side, for the control socket. The room knows nothing of Docker and uses the JDK
/// only.
///
/// A transport is a pair of byte streams, nothing more: Unix sockets and TCP are [Endpoint]s; [Tls]
/// goes over TCP, [Pipe] is a named pipe of Windows, and [Command] is a program such as `ssh HOST
/// docker system dial-stdio` whose standard streams are the connection.
///
/// Threads: one daemon thread `wire-watchdog` for all deadlines of the program, started by the
/// first of them; per [HttpServer] one thread that accepts, and a virtual thread per connection. On
/// Windows the JDK has threads of its own for what is asked of pipes.
@NullMarked
package ofelia.wire;

import org.jspecify.annotations.NullMarked;
