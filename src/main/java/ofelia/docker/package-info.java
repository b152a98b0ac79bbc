/// The Docker Engine's API: the calls, events and streams that Ofelia needs, and no more.
///
/// Read [DockerClient] first, then [ContainerOutput] (what a process prints) and [EventHub] (the
/// one subscription to what happens). Messages are records with the fields used; whatever else the
/// engine sends is ignored, and what it leaves out is an empty text, list or map. Every call takes
/// a deadline; the three ways to fail are the three cases of [DockerException].
///
/// Speaks API 1.40 to 1.51, negotiated (Docker Engine 19.03 and later, Podman's compatible socket).
///
/// Threads: none, but for [EventHub], which has one that reads and one that pings while the stream
/// is silent.
@NullMarked
package ofelia.docker;

import org.jspecify.annotations.NullMarked;
