package ofelia.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// TLS over another connection.
///
/// The JDK's `SSLSocket` cannot be used here: its `close` may wait for a writer, and it hides why
/// the connection under it failed. So the records are passed between its engine and the streams by
/// hand: the reader unwraps, the writer wraps, and what the protocol itself has to say in between
/// (a new key, say) is written by whoever notices, under the writer's lock.
final class TlsConnection implements Connection {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Connection under;
  private final SSLEngine engine;
  private final Function<SSLException, IOException> explanation;
  private final InputStream in = new PlainInput();
  private final OutputStream out = new PlainOutput();

  // Of the reading thread; both hold what is still to be consumed.
  private ByteBuffer sealed;
  private ByteBuffer plain;

  private volatile boolean hasHeard;

  private final ReentrantLock writing = new ReentrantLock();
  private ByteBuffer outgoing;

  TlsConnection(
      Connection under, SSLEngine engine, Function<SSLException, IOException> explanation) {
    this.under = under;
    this.engine = engine;
    this.explanation = explanation;
    this.sealed = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).flip();
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
    this.outgoing = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
  }

  void handshake() throws IOException {
    try {
      engine.beginHandshake();
      while (true) {
        switch (engine.getHandshakeStatus()) {
          case NEED_WRAP -> wrap(NOTHING);
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
            if (!unwrap()) {
              throw new EOFException("the connection ended in the handshake of TLS");
            }
          }
          case NEED_TASK -> runTasks();
          case FINISHED, NOT_HANDSHAKING -> {
            return;
          }
        }
      }
    } catch (SSLException e) {
      throw explanation.apply(e);
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /// Seals what is left of `source`, or what the protocol has to say, and sends it.
  private void wrap(ByteBuffer source) throws IOException {
    writing.lock();
    try {
      do {
        outgoing.clear();
        SSLEngineResult result = engine.wrap(source, outgoing);
        switch (result.getStatus()) {
          case OK, CLOSED -> send();
          case BUFFER_OVERFLOW ->
              outgoing = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
          case BUFFER_UNDERFLOW -> throw new SSLException("TLS wants more than there is to send");
        }
        if (result.getStatus() == SSLEngineResult.Status.CLOSED && source.hasRemaining()) {
          throw new EOFException("the other side has closed the connection");
        }
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
          runTasks();
        }
      } while (source.hasRemaining());
    } finally {
      writing.unlock();
    }
  }

  private void send() throws IOException {
    try {
      under.out().write(outgoing.array(), 0, outgoing.position());
    } catch (IOException e) {
      throw hasHeard ? e : farewell(e);
    }
  }

  /// Why the other side ended the connection, where it said so before it went: one that does not
  /// like a certificate no longer reads what follows it. Until something has been heard, who writes
  /// is also who reads.
  private IOException farewell(IOException e) {
    try {
      while (unwrap()) {
        if (plain.hasRemaining()) {
          return e;
        }
      }
      return e;
    } catch (SSLException said) {
      return said;
    } catch (IOException _) {
      return e; // It went without a word.
    }
  }

  /// Opens the next record into `plain`, which must be empty; there may be nothing in it.
  ///
  /// @return false when the other side has said that nothing more comes
  private boolean unwrap() throws IOException {
    while (true) {
      plain.clear();
      SSLEngineResult result;
      try {
        result = engine.unwrap(sealed, plain);
      } finally {
        plain.flip();
      }
      switch (result.getStatus()) {
        case OK -> {
          return true;
        }
        case CLOSED -> {
          return false;
        }
        case BUFFER_OVERFLOW -> {
          plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
        }
        case BUFFER_UNDERFLOW -> fill();
      }
    }
  }

  private void fill() throws IOException {
    int needed = engine.getSession().getPacketBufferSize();
    if (sealed.capacity() < needed) {
      sealed = ByteBuffer.allocate(needed).put(sealed).flip();
    }
    sealed.compact();
    try {
      int count =
          under.in().read(sealed.array(), sealed.position(), sealed.limit() - sealed.position());
      if (count < 0) {
        // Anybody on the way can end a connection; only the other side can say that it is done.
        throw new EOFException("the connection ended before TLS was closed");
      }
      sealed.position(sealed.position() + count);
    } finally {
      sealed.flip();
    }
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  /// Without a farewell, which might have to wait; nothing depends on it, for the messages inside
  /// say themselves where they end.
  @Override
  public void close() throws IOException {
    under.close();
  }

  private final class PlainInput extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      try {
        while (!plain.hasRemaining()) {
          if (!unwrap()) {
            return -1;
          }
          answer();
        }
      } catch (SSLException e) {
        throw explanation.apply(e);
      }
      hasHeard = true;
      int count = Math.min(length, plain.remaining());
      plain.get(bytes, offset, count);
      return count;
    }

    /// Says what a message of the protocol asked for, such as a new key.
    private void answer() throws IOException {
      while (true) {
        switch (engine.getHandshakeStatus()) {
          case NEED_TASK -> runTasks();
          case NEED_WRAP -> wrap(NOTHING);
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
            return;
          }
        }
      }
    }
  }

  private final class PlainOutput extends OutputStream {

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        try {
          wrap(ByteBuffer.wrap(bytes, offset, length));
        } catch (SSLException e) {
          throw explanation.apply(e);
        }
      }
    }
  }
}
