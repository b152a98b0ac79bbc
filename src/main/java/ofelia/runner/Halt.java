package ofelia.runner;

/// A container that a run has brought to a standstill, or is about to.
///
/// @param id the engine's
/// @param name for people
/// @param started when it was started last before, in the engine's words: by this it is told
///   whether somebody has started it since
record Halt(Way way, String id, String name, String started) {

  /// How a container is brought to a standstill.
  enum Way {
    STOP("stop", "stopped", "started"),
    PAUSE("pause", "paused", "unpaused");

    final String word;
    final String done;
    final String undone;

    Way(String word, String done, String undone) {
      this.word = word;
      this.done = done;
      this.undone = undone;
    }
  }

  Halt startedAt(String text) {
    return new Halt(way, id, name, text);
  }

  /// Whether both are about the same container, since the same start of it.
  boolean isSameStandstill(Halt other) {
    return id.equals(other.id) && started.equals(other.started);
  }
}
