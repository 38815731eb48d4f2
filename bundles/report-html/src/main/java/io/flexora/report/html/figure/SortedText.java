package io.flexora.report.html.figure;

import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * A text with the number that it is sorted by; without one it is sorted as the text it is.
 *
 * @param text what the reader sees
 * @param sort the number, or nothing
 */
public record SortedText(String text, String sort) {

  /** A text alone. */
  public static SortedText text(String text) {
    return new SortedText(text, "");
  }

  /** A number in words; a dash if there is none. */
  public static SortedText of(OptionalDouble number, DoubleFunction<String> words) {
    return number.isPresent()
        ? new SortedText(words.apply(number.getAsDouble()), Double.toString(number.getAsDouble()))
        : text(Numerals.NONE);
  }
}
