package ofelia.sql;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A tape of a store that has no directory. The spool's limit bounds it.
final class MemoryTape implements Tape {

  private List<byte[]> pieces = new ArrayList<>();
  private long size;

  @Override
  public synchronized long size() {
    return size;
  }

  @Override
  public synchronized void append(byte[] bytes) {
    pieces.add(bytes);
    size += bytes.length;
  }

  @Override
  public synchronized InputStream read() {
    List<ByteArrayInputStream> streams = pieces.stream().map(ByteArrayInputStream::new).toList();
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  @Override
  public void cut(long size) {
    throw new IllegalStateException("memory has no torn end");
  }

  @Override
  public synchronized void replace(byte[] bytes) {
    pieces = new ArrayList<>();
    size = 0;
    append(bytes);
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  @Override
  public synchronized void delete() {
    pieces = new ArrayList<>();
    size = 0;
  }
}
