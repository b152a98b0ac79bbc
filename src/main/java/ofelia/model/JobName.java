package ofelia.model;

/// The name under which a job is registered. A job *is* its name: whatever source it comes from,
/// history, cursor and anchor belong to the name.
///
/// @param value not empty, at most 255 characters, no control characters
public record JobName(String value) implements Comparable<JobName> {

  /// Longest name, in characters.
  public static final int MAX_LENGTH = 255;

  public JobName {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "job name must have 1 to " + MAX_LENGTH + " characters and no control characters");
    }
  }

  /// Whether the text can be the name of a job.
  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && text.chars().noneMatch(Character::isISOControl);
  }

  // Written out: these are the keys of every map of jobs, and a record's own take a detour on which
  // a cold start loses milliseconds.
  @Override
  public boolean equals(Object other) {
    return other instanceof JobName that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public int compareTo(JobName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
