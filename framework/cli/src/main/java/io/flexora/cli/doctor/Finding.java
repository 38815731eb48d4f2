package io.flexora.cli.doctor;

import java.util.Locale;
import java.util.Map;

/**
 * The finding about one thing.
 *
 * @param about the thing, such as Java
 * @param verdict how it stands
 * @param text what was found, and what to do about it
 * @since 0.1
 */
public record Finding(String about, Verdict verdict, String text) {

  /** The verdict on a thing. */
  public enum Verdict {
    /** It is as it should be. */
    FINE,
    /** Something does not work, or less well, that not everybody needs. */
    NOTE,
    /** Something is missing without which nothing runs. */
    MISSING
  }

  /** Its members as JSON. */
  public Map<String, String> members() {
    return Map.of("about", about, "verdict", verdict.name().toLowerCase(Locale.ROOT), "text", text);
  }

  static Finding fine(String about, String text) {
    return new Finding(about, Verdict.FINE, text);
  }

  static Finding note(String about, String text) {
    return new Finding(about, Verdict.NOTE, text);
  }

  static Finding missing(String about, String text) {
    return new Finding(about, Verdict.MISSING, text);
  }
}
