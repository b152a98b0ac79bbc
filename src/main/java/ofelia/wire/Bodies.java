package ofelia.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The three ways in which a body says where it ends (RFC 9112, section 6), as streams over the
/// connection.
///
/// A body that ends before it said it would is a [ProtocolException], never a quiet end.
final class Bodies {

  private static final int LONGEST_CHUNK_LINE = 4096;

  private Bodies() {}

  /// The body of an answer.
  static InputStream ofResponse(
      WireInput in, String method, int status, Headers headers, Limits limits) throws IOException {
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return InputStream.nullInputStream();
    }
    if (isChunked(headers)) {
      return new Chunked(in, limits);
    }
    List<String> lengths = headers.all("Content-Length");
    return lengths.isEmpty() ? in : new Fixed(in, length(lengths));
  }

  /// The body of a request, which cannot end by closing.
  static InputStream ofRequest(WireInput in, Headers headers, Limits limits) throws IOException {
    boolean chunked = isChunked(headers);
    List<String> lengths = headers.all("Content-Length");
    if (chunked && !lengths.isEmpty()) {
      throw new ProtocolException("request has both a length and chunks");
    }
    if (chunked) {
      return new Chunked(in, limits);
    }
    return lengths.isEmpty() ? InputStream.nullInputStream() : new Fixed(in, length(lengths));
  }

  /// @throws ProtocolException when there is more than `limits.bodyBytes()`
  static byte[] readAll(InputStream body, Limits limits) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      all.write(buffer, 0, count);
      if (all.size() > limits.bodyBytes()) {
        throw new ProtocolException("body is larger than " + limits.bodyBytes() + " bytes");
      }
    }
    return all.toByteArray();
  }

  private static boolean isChunked(Headers headers) throws ProtocolException {
    List<String> codings = headers.all("Transfer-Encoding");
    if (codings.isEmpty()) {
      return false;
    }
    if (codings.size() == 1 && codings.getFirst().strip().equalsIgnoreCase("chunked")) {
      return true;
    }
    throw new ProtocolException("unknown transfer encoding " + Heads.shown(codings.toString()));
  }

  private static long length(List<String> lengths) throws ProtocolException {
    if (lengths.stream().distinct().count() > 1) {
      throw new ProtocolException("different lengths " + Heads.shown(lengths.toString()));
    }
    return Heads.longNumber(lengths.getFirst().strip(), 10);
  }

  private static final class Fixed extends InputStream {

    private final InputStream in;
    private final long total;
    private long left;

    Fixed(InputStream in, long total) {
      this.in = in;
      this.total = total;
      this.left = total;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new ProtocolException(
            "body ended after " + (total - left) + " of " + total + " bytes");
      }
      left -= count;
      return count;
    }
  }

  private static final class Chunked extends InputStream {

    private final WireInput in;
    private final Limits limits;
    private long left;
    private boolean first = true;
    private boolean ended;

    Chunked(WireInput in, Limits limits) {
      this.in = in;
      this.limits = limits;
    }

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
      if (left == 0 && !nextChunk()) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new ProtocolException("body ended in the middle of a chunk");
      }
      left -= count;
      return count;
    }

    private boolean nextChunk() throws IOException {
      if (ended) {
        return false;
      }
      if (!first && !line().isEmpty()) {
        throw new ProtocolException("chunk is longer than it said");
      }
      first = false;
      String size = line();
      int extension = size.indexOf(';');
      left = Heads.longNumber((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
      if (left == 0) {
        new Heads(in, limits).readHeaders();
        ended = true;
      }
      return !ended;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      while (true) {
        int next = in.read();
        if (next < 0) {
          throw new ProtocolException("body ended between two chunks");
        }
        if (next == '\n') {
          int end = line.length() - 1;
          return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
        }
        if (line.length() == LONGEST_CHUNK_LINE) {
          throw new ProtocolException("chunk size line is too long");
        }
        line.append((char) next);
      }
    }
  }

  /// Writes a body of either kind after its head has gone out.
  static void write(Body body, OutputStream out) throws IOException {
    switch (body) {
      case Body.None() -> {}
      case Body.Bytes(byte[] bytes) -> out.write(bytes);
      case Body.Streaming(Body.Writer writer) -> {
        ChunkedOutput chunks = new ChunkedOutput(out);
        writer.writeTo(chunks);
        chunks.end();
      }
    }
  }

  /// The header fields that tell how [#write] will frame the body.
  static Headers framing(Body body, Headers headers) {
    return switch (body) {
      case Body.None() -> headers.with("Content-Length", "0");
      case Body.Bytes(byte[] bytes) -> headers.with("Content-Length", Long.toString(bytes.length));
      case Body.Streaming(Body.Writer _) -> headers.with("Transfer-Encoding", "chunked");
    };
  }

  private static final class ChunkedOutput extends OutputStream {

    private final OutputStream out;

    ChunkedOutput(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return; // An empty chunk would end the body.
      }
      byte[] size = ascii(Integer.toHexString(length) + "\r\n");
      byte[] chunk = new byte[size.length + length + 2];
      System.arraycopy(size, 0, chunk, 0, size.length);
      System.arraycopy(bytes, offset, chunk, size.length, length);
      chunk[chunk.length - 2] = '\r';
      chunk[chunk.length - 1] = '\n';
      out.write(chunk);
    }

    void end() throws IOException {
      out.write(ascii("0\r\n\r\n"));
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
