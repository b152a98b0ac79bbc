package ofelia.cli;

/// Where the program starts.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("ofelia " + version());
  }

  /// The version in the jar's manifest; `development` when the program runs from a classes folder.
  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
