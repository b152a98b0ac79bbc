package ofelia.time;

/// Starts threads: one for each piece of work, owned by whoever started it.
public interface Crew {

  /// Starts work on a thread of its own, of which there may be thousands.
  ///
  /// @param name what the thread is called in a thread dump, e.g. `run-5e0700000012`
  Hand start(String name, Runnable work);

  /// Starts a loop that lives as long as the program. There are few of them.
  Hand startLoop(String name, Runnable loop);
}
