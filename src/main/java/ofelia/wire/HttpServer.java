package ofelia.wire;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Serves HTTP/1.1 on a Unix socket that only its owner may use (mode 0600). One request per
/// connection.
///
/// One thread accepts; each connection has a virtual thread, and there are no more of them than
/// [Bounds] allow. Above that, as many again are told 503, and the rest is hung up on.
public final class HttpServer implements AutoCloseable {

  /// How often a failing accept is tried again, as when there are no more file descriptors.
  private static final Duration PAUSE = Duration.ofMillis(100);

  /// How long a connection that is turned away may take to say what it wanted.
  private static final Duration REFUSAL = Duration.ofSeconds(1);

  private final Path path;
  private final @Nullable Object fileKey;
  private final ServerSocketChannel listener;
  private final Bounds bounds;
  private final Handler handler;
  private final BiConsumer<String, RuntimeException> trouble;
  private final Semaphore slots;
  private final Semaphore refusals;
  private final Set<GuardedConnection> open = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  private volatile boolean closing;

  /// Answers requests, many at a time.
  @FunctionalInterface
  public interface Handler {

    /// Answers one request in the thread of its connection. Its time counts against
    /// [Bounds#request], that of a streaming body does not.
    Reply handle(Received request);
  }

  /// What one client, and all of them together, may take.
  ///
  /// @param connections at a time
  /// @param limits of one request's size
  /// @param request from the accept to the last byte of an answer that does not stream
  /// @param stall how long the client of a streaming answer may take nothing
  /// @param grace how long [#close] waits for answers under way
  public record Bounds(
      int connections, Limits limits, Duration request, Duration stall, Duration grace) {

    public static final Bounds ORDINARY =
        new Bounds(
            32,
            Limits.SERVER,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1));
  }

  private HttpServer(
      Path path,
      ServerSocketChannel listener,
      Bounds bounds,
      Handler handler,
      BiConsumer<String, RuntimeException> trouble)
      throws IOException {
    this.path = path;
    this.fileKey = fileKey(path);
    this.listener = listener;
    this.bounds = bounds;
    this.handler = handler;
    this.trouble = trouble;
    this.slots = new Semaphore(bounds.connections());
    this.refusals = new Semaphore(bounds.connections());
    this.acceptor = Thread.ofPlatform().name("wire-accept").daemon().unstarted(this::accept);
  }

  /// Listens on the socket and serves until closed. A socket file that nobody listens on any more
  /// is replaced.
  ///
  /// @param trouble told of a request and of what its handler threw, after 500 was answered
  /// @throws IOException when somebody listens there already, something that is no socket lies
  ///   there, or the path is too long for a socket (about 100 bytes)
  public static HttpServer start(
      Path socket, Bounds bounds, Handler handler, BiConsumer<String, RuntimeException> trouble)
      throws IOException {
    Path path = socket.toAbsolutePath();
    refuseIfTaken(path);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      bind(listener, path, bounds.connections() * 2);
      HttpServer server = new HttpServer(path, listener, bounds, handler, trouble);
      server.acceptor.start();
      return server;
    } catch (IOException e) {
      listener.close();
      throw new IOException("cannot listen on \"" + path + "\": " + e.getMessage(), e);
    }
  }

  private static void refuseIfTaken(Path path) throws IOException {
    try {
      if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
        throw new IOException(
            "cannot listen on \"" + path + "\": a file that is no socket lies there");
      }
    } catch (NoSuchFileException _) {
      return;
    }
    try (Connection _ = new Endpoint.Unix(path).open(Deadline.within(Duration.ofSeconds(1)))) {
      throw new IOException("cannot listen on \"" + path + "\": another process listens there");
    } catch (ConnectException _) {
      // Refused: its listener is gone, and the file is what a kill left behind.
    }
  }

  /// Binds in a directory of its own that is closed to others, and moves the socket from there: at
  /// no time can anybody else connect, and a stale file is replaced in one step.
  private static void bind(ServerSocketChannel listener, Path path, int backlog)
      throws IOException {
    Path nursery = path.resolveSibling(".s" + Long.toHexString(ProcessHandle.current().pid()));
    Path fresh = nursery.resolve("s");
    Files.deleteIfExists(fresh);
    Files.deleteIfExists(nursery);
    Files.createDirectory(
        nursery,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      listener.bind(UnixDomainSocketAddress.of(fresh), backlog);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
      Files.deleteIfExists(nursery);
    }
  }

  public Path path() {
    return path;
  }

  private void accept() {
    while (!closing) {
      try {
        SocketChannel channel = listener.accept();
        if (slots.tryAcquire()) {
          start(channel, slots, bounds.request(), this::serve);
        } else if (refusals.tryAcquire()) {
          start(channel, refusals, REFUSAL, this::refuse);
        } else {
          channel.close();
        }
      } catch (IOException _) {
        // Closing, or out of file descriptors: those who wait to be accepted wait a little longer.
        if (!closing) {
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }
  }

  private interface Conversation {
    void hold(GuardedConnection connection) throws IOException;
  }

  private void start(
      SocketChannel channel, Semaphore slot, Duration limit, Conversation conversation) {
    GuardedConnection connection =
        GuardedConnection.over(
            new ChannelConnection(channel), "a request on " + path, Deadline.within(limit));
    open.add(connection);
    Thread.ofVirtual()
        .name("wire-serve")
        .start(() -> {
          try (connection) {
            conversation.hold(connection);
          } catch (IOException _) {
            // The client left, or was too slow; there is nobody to tell.
          } finally {
            open.remove(connection);
            slot.release();
          }
        });
  }

  private void serve(GuardedConnection connection) throws IOException {
    Received request;
    try {
      request = receive(connection);
    } catch (ProtocolException e) {
      send(connection, Reply.text(400, "bad request: " + e.getMessage() + "\n"));
      return;
    }
    Reply reply;
    try {
      reply = handler.handle(request);
    } catch (RuntimeException e) {
      send(connection, Reply.text(500, "internal error\n"));
      trouble.accept(request.toString(), e);
      return;
    }
    if (reply.body() instanceof Body.Streaming) {
      connection.limit(Idle.limitedTo(bounds.stall()));
    }
    send(connection, reply);
  }

  private void refuse(GuardedConnection connection) throws IOException {
    // Reads the request first: a client that is still sending might otherwise not see the answer.
    receive(connection);
    Reply full = Reply.text(503, "too many connections; try again\n");
    send(connection, new Reply(503, full.headers().with("Retry-After", "1"), full.body()));
  }

  private Received receive(GuardedConnection connection) throws IOException {
    WireInput in = new WireInput(connection.in());
    Heads head = new Heads(in, bounds.limits());
    Heads.RequestLine line = head.readRequestLine();
    Headers headers = head.readHeaders();
    InputStream body = Bodies.ofRequest(in, headers, bounds.limits());
    if (headers.hasToken("Expect", "100-continue")) {
      connection.out().write(Heads.write("HTTP/1.1 100 Continue", Headers.NONE));
    }
    return new Received(
        line.method(), line.target(), headers, Bodies.readAll(body, bounds.limits()));
  }

  private static void send(GuardedConnection connection, Reply reply) throws IOException {
    Headers headers = reply.headers().with("Connection", "close");
    connection
        .out()
        .write(
            Heads.write(
                "HTTP/1.1 " + reply.status() + " " + reason(reply.status()),
                Bodies.framing(reply.body(), headers)));
    Bodies.write(reply.body(), connection.out());
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 202 -> "Accepted";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "";
    };
  }

  /// Stops accepting, waits for the answers under way as long as [Bounds#grace] says, then cuts
  /// them, and removes the socket file unless somebody has put another one in its place. A second
  /// close does nothing.
  @Override
  public void close() throws IOException {
    if (closing) {
      return;
    }
    closing = true;
    listener.close();
    try {
      acceptor.join();
      boolean finished =
          slots.tryAcquire(bounds.connections(), bounds.grace().toNanos(), TimeUnit.NANOSECONDS);
      if (!finished) {
        open.forEach(GuardedConnection::cut);
      }
    } catch (InterruptedException _) {
      open.forEach(GuardedConnection::cut);
      Thread.currentThread().interrupt();
    }
    if (fileKey != null && fileKey.equals(fileKey(path))) {
      Files.deleteIfExists(path);
    }
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException _) {
      return null;
    }
  }
}
