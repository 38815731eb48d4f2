package io.flexora.formats.peft;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.text.EmptyAlternatives;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A text that a regular expression from a file may look at so often and no oftener: some
 * expressions would otherwise try for years. At the end of a text an expression tries without
 * looking; only alternatives that match nothing can make much of that, so they are counted
 * beforehand.
 */
final class BoundedText implements CharSequence {

  private static final int MOST_LOOKS = 1_000_000;
  private static final int LONGEST_PATTERN = 10_000;
  private static final int MOST_WAYS = 1000;

  private final String text;
  private final String pattern;
  private int looks;

  private BoundedText(String text, String pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * Compiles an expression of a file.
   *
   * @throws FlexoraException if it is none that Java knows, too long, or one of too many groups of
   *     alternatives that may match nothing
   */
  static Pattern compile(String key, String regex) {
    if (regex.length() > LONGEST_PATTERN) {
      throw new FlexoraException(
          "%s of the adapter's configuration is a regular expression of %d characters; at most %d are read"
              .formatted(key, regex.length(), LONGEST_PATTERN));
    }
    if (EmptyAlternatives.ways(regex) > MOST_WAYS) {
      throw new FlexoraException(
          ("%s of the adapter's configuration, '%s', has too many groups of alternatives that match"
                  + " nothing")
              .formatted(key, regex));
    }
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException | StackOverflowError e) {
      throw new FlexoraException(
          "%s of the adapter's configuration, '%s', is not a regular expression that can be read"
              .formatted(key, regex),
          e);
    }
  }

  /** The text, to be matched with a pattern. */
  static BoundedText of(String text, Pattern pattern) {
    return new BoundedText(text, pattern.pattern());
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (++looks > MOST_LOOKS) {
      throw new FlexoraException(
          "the regular expression '%s' of the adapter's configuration takes too long on '%s'"
              .formatted(pattern, text));
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
