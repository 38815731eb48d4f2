package io.flexora.cli.output;

/**
 * Colours a text, or leaves it alone.
 *
 * @param on whether colours are shown
 * @since 0.1
 */
public record Palette(boolean on) {

  /** A title or the name of a thing. */
  public String strong(String text) {
    return style("1", text);
  }

  /** What matters less. */
  public String faint(String text) {
    return style("2", text);
  }

  /** Something that is well. */
  public String good(String text) {
    return style("32", text);
  }

  /** Something that is not well. */
  public String bad(String text) {
    return style("31", text);
  }

  private String style(String code, String text) {
    return on && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
