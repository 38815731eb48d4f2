package io.flexora.formats.gguf;

/** A rule of the format that a header breaks; the file is not known yet. */
final class BrokenGgufRule extends Exception {

  private static final long serialVersionUID = 1L;

  BrokenGgufRule(String rule) {
    super(rule);
  }

  static void require(boolean holds, String rule) throws BrokenGgufRule {
    if (!holds) {
      throw new BrokenGgufRule(rule);
    }
  }

  /** A text of the file as a message may show it: short and without control characters. */
  static String quoted(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
