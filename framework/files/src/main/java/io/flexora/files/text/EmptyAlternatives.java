package io.flexora.files.text;

/**
 * Counts the ways in which the groups of a regular expression can match nothing: the product, over
 * its groups, of the alternatives that may be empty. At the end of a text Java tries them all
 * without looking at a character, so counting those looks does not bound it. What is no expression
 * is left to Java's own complaint.
 *
 * @since 0.1
 */
public final class EmptyAlternatives {
  private final String regex;
  private int at;
  private double ways = 1;

  private EmptyAlternatives(String regex) {
    this.regex = regex;
  }

  /** The number of ways, at least 1. */
  public static double ways(String regex) {
    EmptyAlternatives count = new EmptyAlternatives(regex);
    while (count.at < regex.length()) {
      count.alternatives();
      // A closing bracket that none was opened for.
      count.at++;
    }
    return count.ways;
  }

  /** Reads to the closing bracket or the end, and tells whether all this may match nothing. */
  private boolean alternatives() {
    int empty = 0;
    boolean nothing = true;
    while (at < regex.length() && regex.charAt(at) != ')') {
      if (regex.charAt(at) == '|') {
        at++;
        empty += nothing ? 1 : 0;
        nothing = true;
      } else {
        nothing &= piece();
      }
    }
    empty += nothing ? 1 : 0;
    ways *= Math.max(1, empty);
    return empty > 0;
  }

  /**
   * Reads one character, class or group with its quantifier; tells whether it may match nothing.
   */
  private boolean piece() {
    char first = regex.charAt(at++);
    boolean nothing = first == '^' || first == '$';
    if (first == '\\') {
      nothing = escape();
    } else if (first == '[') {
      characterClass();
    } else if (first == '(') {
      boolean position = opening();
      nothing = alternatives() || position;
      at++;
    }
    return quantified(nothing);
  }

  private boolean escape() {
    char kind = at < regex.length() ? regex.charAt(at) : ' ';
    at++;
    if (kind == 'Q') {
      int end = regex.indexOf("\\E", at);
      at = end < 0 ? regex.length() : end + 2;
    }
    // Positions, and references to groups that may be empty.
    return "bBAzZGkE123456789".indexOf(kind) >= 0;
  }

  private void characterClass() {
    int open = 1;
    at += regex.startsWith("^", at) ? 1 : 0;
    at += regex.startsWith("]", at) ? 1 : 0;
    while (at < regex.length() && open > 0) {
      char c = regex.charAt(at++);
      if (c == '\\') {
        at++;
      } else {
        open += c == '[' ? 1 : c == ']' ? -1 : 0;
      }
    }
  }

  /** Reads what stands behind an opening bracket; tells whether the group takes no characters. */
  private boolean opening() {
    if (!regex.startsWith("?", at)) {
      return false;
    }
    boolean position = regex.startsWith("?=", at) || regex.startsWith("?!", at);
    position |= regex.startsWith("?<=", at) || regex.startsWith("?<!", at);
    at++;
    while (at < regex.length() && ":=!>)".indexOf(regex.charAt(at)) < 0) {
      at++;
    }
    at += regex.startsWith(")", at) ? 0 : 1;
    return position;
  }

  private boolean quantified(boolean before) {
    boolean nothing = before;
    while (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
      char kind = regex.charAt(at++);
      nothing |= kind == '*' || kind == '?' || (kind == '{' && regex.startsWith("0", at));
      if (kind == '{') {
        int end = regex.indexOf('}', at);
        at = end < 0 ? regex.length() : end + 1;
      }
    }
    return nothing;
  }
}
