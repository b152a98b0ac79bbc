package ofelia.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A port with TLS that wants a client certificate, answers each request head with `hello`, and
/// says what its clients' handshakes came to.
final class TlsPeer implements AutoCloseable {

  private final SSLServerSocket server;
  final List<String> protocols = new CopyOnWriteArrayList<>();
  private volatile String body = "hello";

  TlsPeer(Path certificates, String... allowed) throws Exception {
    server =
        (SSLServerSocket)
            context(certificates)
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(true);
    if (allowed.length > 0) {
      server.setEnabledProtocols(allowed);
    }
    Thread.ofVirtual().name("tls-peer").start(this::accept);
  }

  private static SSLContext context(Path certificates) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate[] chain =
        Pem.certificates(certificates.resolve("cert.pem")).toArray(Certificate[]::new);
    store.setKeyEntry("own", Pem.key(certificates.resolve("key.pem")), new char[0], chain);
    store.setCertificateEntry("ca", Pem.certificates(certificates.resolve("ca.pem")).getFirst());
    KeyManagerFactory proof = KeyManagerFactory.getInstance("PKIX");
    proof.init(store, new char[0]);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(proof.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  int port() {
    return server.getLocalPort();
  }

  void say(String text) {
    body = text;
  }

  private void accept() {
    List<Socket> open = new ArrayList<>();
    try {
      while (!server.isClosed()) {
        SSLSocket client = (SSLSocket) server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException _) {
      // Closed by the test.
      open.forEach(TlsPeer::end);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It has ended.
      return;
    }
  }

  private void serve(SSLSocket client) {
    try (client) {
      client.startHandshake();
      protocols.add(client.getSession().getProtocol());
      StringBuilder head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        int next = client.getInputStream().read();
        if (next < 0) {
          return;
        }
        head.append((char) next);
      }
      String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
      client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    } catch (SSLException e) {
      protocols.add(String.valueOf(e.getMessage()));
    } catch (IOException _) {
      // The client went.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
