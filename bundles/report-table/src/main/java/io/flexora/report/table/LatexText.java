package io.flexora.report.table;

import java.text.Normalizer;
import java.util.Map;

/**
 * Makes a text say in LaTeX what it says: nothing in it is a command, and the result is plain ASCII
 * that every engine and font encoding can set.
 */
final class LatexText {

  private static final Map<Integer, String> SPECIAL =
      Map.ofEntries(
          Map.entry((int) '\\', "\\textbackslash{}"),
          Map.entry((int) '{', "\\{"),
          Map.entry((int) '}', "\\}"),
          Map.entry((int) '$', "\\$"),
          Map.entry((int) '&', "\\&"),
          Map.entry((int) '#', "\\#"),
          Map.entry((int) '%', "\\%"),
          Map.entry((int) '_', "\\_"),
          Map.entry((int) '~', "\\textasciitilde{}"),
          Map.entry((int) '^', "\\textasciicircum{}"),
          Map.entry((int) '<', "\\textless{}"),
          Map.entry((int) '>', "\\textgreater{}"),
          Map.entry((int) '|', "\\textbar{}"),
          Map.entry((int) '"', "''"),
          Map.entry((int) '[', "{[}"),
          Map.entry((int) ']', "{]}"),
          Map.entry((int) 'ß', "\\ss{}"),
          Map.entry((int) 'æ', "\\ae{}"),
          Map.entry((int) 'Æ', "\\AE{}"),
          Map.entry((int) 'ø', "\\o{}"),
          Map.entry((int) 'Ø', "\\O{}"),
          Map.entry((int) 'ł', "\\l{}"),
          Map.entry((int) 'Ł', "\\L{}"),
          Map.entry((int) '×', "$\\times$"),
          Map.entry((int) '±', "$\\pm$"),
          Map.entry((int) '−', "$-$"),
          Map.entry((int) '–', "--"),
          Map.entry((int) '—', "---"),
          Map.entry((int) '\u00a0', "~"));

  /** The commands that set a combining mark over or under a letter. */
  private static final Map<Character, String> ACCENTS =
      Map.of(
          '\u0300', "\\`",
          '\u0301', "\\'",
          '\u0302', "\\^",
          '\u0303', "\\~",
          '\u0304', "\\=",
          '\u0308', "\\\"",
          '\u030a', "\\r",
          '\u030c', "\\v",
          '\u0327', "\\c");

  private LatexText() {}

  /** Escapes a text; what has no LaTeX of its own becomes its code, such as {@code U+4E2D}. */
  static String of(String text) {
    StringBuilder latex = new StringBuilder();
    text.codePoints().forEach(point -> latex.append(of(point)));
    return latex.toString();
  }

  private static String of(int point) {
    if (SPECIAL.containsKey(point)) {
      return SPECIAL.get(point);
    }
    if (Character.isISOControl(point)) {
      return " ";
    }
    return point < 128 ? Character.toString(point) : accented(point);
  }

  private static String accented(int point) {
    String parts = Normalizer.normalize(Character.toString(point), Normalizer.Form.NFD);
    boolean known =
        parts.length() == 2 && parts.charAt(0) < 128 && ACCENTS.containsKey(parts.charAt(1));
    return known
        ? ACCENTS.get(parts.charAt(1)) + "{" + parts.charAt(0) + "}"
        : "U+%04X".formatted(point);
  }
}
