package ofelia.sql;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Rows fetched a page at a time, so that no read transaction stays open while somebody reads
/// slowly: that would keep SQLite from ever cutting its log.
final class Pages<T> implements Iterator<T> {

  /// Fetches a page.
  interface Fetch<T> {
    /// @param last the last row of the page before; null for the first page
    /// @return empty at the end
    List<T> after(@Nullable T last);
  }

  private final Fetch<T> fetch;
  private Iterator<T> page;
  private @Nullable T last;
  private boolean isAtEnd;

  Pages(Fetch<T> fetch) {
    this.fetch = fetch;
    this.page = List.<T>of().iterator();
  }

  @Override
  public boolean hasNext() {
    if (!page.hasNext() && !isAtEnd) {
      page = fetch.after(last).iterator();
      isAtEnd = !page.hasNext();
    }
    return page.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no row after these");
    }
    T row = page.next();
    last = row;
    return row;
  }
}
