package io.flexora.jinja;

/** What Python counts as white space. */
final class PythonSpace {
  private PythonSpace() {}

  static boolean is(int character) {
    return character == ' '
        || (character >= '\t' && character <= '\r')
        || (character >= 0x1c && character <= 0x1f)
        || character == 0x85
        || (character > 0x85 && Character.isSpaceChar(character));
  }

  static int skip(String text, int from) {
    int at = from;
    while (at < text.length() && is(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static boolean isBlank(String text, int from) {
    return skip(text, from) == text.length();
  }

  static String stripRight(String text) {
    int end = text.length();
    while (end > 0 && is(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  static String strip(String text) {
    String right = stripRight(text);
    return right.substring(skip(right, 0));
  }
}
