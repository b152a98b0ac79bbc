package ofelia.time;

/// Starts threads: one for each piece of work, owned by whoever started it.
public interface Crew {

  /// Starts work on a thread of its own.
  ///
  /// @param name what the thread is called in a thread dump, e.g. `run-5e0700000012`
  Hand start(String name, Runnable work);
}
