package ofelia.plugin;

import ofelia.model.Fate;

/// The runner does not begin the work, by a rule of the job or because it must not: nothing was
/// begun, and the occurrence has this fate.
public final class DeclinedException extends NotRunException {

  private static final long serialVersionUID = 1L;

  private final transient Fate fate;

  private DeclinedException(Fate fate) {
    super(fate.reason());
    this.fate = fate;
  }

  /// A rule of the job says no.
  public static DeclinedException skipped(String why) {
    return new DeclinedException(new Fate.Skipped(why));
  }

  /// It must not run as it is defined.
  public static DeclinedException refused(String why) {
    return new DeclinedException(new Fate.Refused(why));
  }

  public Fate fate() {
    return fate;
  }
}
