package io.flexora.formats.gguf;

/** A rule of the format that a header breaks; the file is not known yet. */
final class BrokenRule extends Exception {

  private static final long serialVersionUID = 1L;

  BrokenRule(String rule) {
    super(rule);
  }

  static void require(boolean holds, String rule) throws BrokenRule {
    if (!holds) {
      throw new BrokenRule(rule);
    }
  }

  /** A text of the file as a message may show it: short and without control characters. */
  static String quoted(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
