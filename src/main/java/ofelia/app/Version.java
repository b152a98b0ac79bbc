package ofelia.app;

import java.util.Optional;

/// Which Ofelia this is.
public final class Version {

  /// The version in the jar's manifest; `development` when the program runs from a folder of
  /// classes.
  public static final String TEXT =
      Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
          .orElse("development");

  private Version() {}
}
