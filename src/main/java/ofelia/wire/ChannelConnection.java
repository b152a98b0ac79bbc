package ofelia.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// A connection over a socket channel in blocking mode: a virtual thread that waits in it gives its
/// carrier back, and closing it from another thread wakes whoever waits.
final class ChannelConnection implements Connection {

  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  ChannelConnection(SocketChannel channel) {
    this.channel = channel;
    this.in = Channels.newInputStream(channel);
    this.out = Channels.newOutputStream(channel);
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
