package io.flexora.jinja.value;

import java.util.ArrayList;
import java.util.List;

/** Texts as sequences of Unicode characters, as Python has them. */
public final class CodePoints {
  private CodePoints() {}

  public static List<String> characters(String text) {
    List<String> characters = new ArrayList<>(text.length());
    text.codePoints().forEach(c -> characters.add(Character.toString(c)));
    return characters;
  }

  static int compare(String a, String b) {
    int at = 0;
    int shorter = Math.min(a.length(), b.length());
    while (at < shorter && a.charAt(at) == b.charAt(at)) {
      at++;
    }
    if (at == shorter) {
      return Integer.compare(a.length(), b.length());
    }
    boolean inPair = at > 0 && Character.isHighSurrogate(a.charAt(at - 1));
    int from = inPair ? at - 1 : at;
    return Integer.compare(a.codePointAt(from), b.codePointAt(from));
  }

  /** The index in characters of an index in UTF-16 units. */
  public static long index(String text, int unit) {
    return unit < 0 ? -1 : text.codePointCount(0, unit);
  }
}
