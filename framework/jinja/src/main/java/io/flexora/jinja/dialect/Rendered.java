package io.flexora.jinja.dialect;

import java.util.List;

/**
 * The output of a template.
 *
 * @param text the text
 * @param generated the parts of it that {@code generation} blocks wrote, in order; those of blocks
 *     in a macro, a filter or a captured text are not known
 * @since 0.1
 */
public record Rendered(String text, List<TextSpan> generated) {

  /** Copies the list. */
  public Rendered {
    generated = List.copyOf(generated);
  }

  /**
   * A part of the text.
   *
   * @param from the index of its first character
   * @param to the index behind its last character
   */
  public record TextSpan(int from, int to) {}
}
