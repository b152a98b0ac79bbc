package ofelia.syntax;

import java.util.Locale;

/// How keys are compared: `save-folder`, `Save_Folder` and `savefolder` are one key.
public final class KeyName {

  private KeyName() {}

  /// The form in which two spellings of one key are equal: lower case, without `-` and `_`.
  public static String normalize(String key) {
    return key.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }
}
