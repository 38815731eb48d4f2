package io.flexora.plugin.status;

import io.flexora.api.run.FlexoraException;
import java.util.Locale;

/** The digits of numbers in files, in their names, and in the texts that an engine compiles. */
public final class Digits {

  private static final long ALL = 1_234_567_890L;

  private Digits() {}

  /** Whether a locale writes numbers in the digits that ASCII has. */
  public static boolean areAscii(Locale locale) {
    return String.format(locale, "%d", ALL).equals(Long.toString(ALL));
  }

  /**
   * Refuses a locale that writes numbers in other digits than ASCII has.
   *
   * @param locale the default one for formats
   * @throws FlexoraException naming the locale and the remedy
   */
  public static void requireAscii(Locale locale) {
    if (!areAscii(locale)) {
      throw new FlexoraException(
          ("the default locale '%s' has digits of its own, which files and models cannot be"
                  + " written with; start Java with -Duser.language.format=en"
                  + " -Duser.country.format=US, or call"
                  + " Locale.setDefault(Locale.Category.FORMAT, Locale.ENGLISH) before")
              .formatted(locale.toLanguageTag()));
    }
  }
}
