package io.flexora.jinja.value;

/** Python's white space. */
public final class PythonSpace {
  private PythonSpace() {}

  public static boolean is(int character) {
    return character == ' '
        || (character >= '\t' && character <= '\r')
        || (character >= 0x1c && character <= 0x1f)
        || character == 0x85
        || (character > 0x85 && Character.isSpaceChar(character));
  }

  public static int skip(String text, int from) {
    int at = from;
    while (at < text.length() && is(text.charAt(at))) {
      at++;
    }
    return at;
  }

  public static boolean isBlank(String text, int from) {
    return skip(text, from) == text.length();
  }

  /** The end of what stands before an end and its white space. */
  public static int skipBack(String text, int end) {
    int at = end;
    while (at > 0 && is(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  public static String stripRight(String text) {
    return text.substring(0, skipBack(text, text.length()));
  }

  public static String strip(String text) {
    String right = stripRight(text);
    return right.substring(skip(right, 0));
  }
}
