package io.flexora.jinja.filter;

import io.flexora.files.text.EmptyAlternatives;
import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.value.CallArguments;
import io.flexora.jinja.value.CallArguments.BoundArguments;
import io.flexora.jinja.value.PythonText;
import io.flexora.jinja.value.Run;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The filter {@code regex_replace} of lm-evaluation-harness: Python's {@code re.sub}. */
final class RegexReplace {
  private static final Pattern GROUP = Pattern.compile("\\\\(?:(\\d{1,2})|g<(\\w+)>|(.))");

  private static final int MOST_WAYS = 1000;

  /** The JDK compiles a pattern in time that grows with the square of its length. */
  private static final int LONGEST_PATTERN = 10_000;

  private RegexReplace() {}

  static Object apply(Run run, Object value, CallArguments arguments) {
    BoundArguments bound = arguments.bind("regex_replace", 2, "pattern", "repl", "count");
    String text = PythonText.string(run, value);
    run.read(bound.text(0));
    Matcher matcher = pattern(bound.text(0)).matcher(new Counted(run, text));
    int left = bound.integerOr(2, 0);
    left = left <= 0 ? Integer.MAX_VALUE : left;
    StringBuilder result = new StringBuilder();
    int from = 0;
    while (left-- > 0 && matcher.find()) {
      run.read(bound.text(1));
      result.append(text, from, matcher.start()).append(run.made(filled(bound.text(1), matcher)));
      from = matcher.end();
    }
    return result.append(text.substring(from)).toString();
  }

  private static Pattern pattern(String python) {
    if (python.length() > LONGEST_PATTERN) {
      throw new JinjaException(
          "the pattern of 'regex_replace' has more than " + LONGEST_PATTERN + " characters");
    }
    String java = python.replace("(?P<", "(?<").replaceAll("\\(\\?P=(\\w+)\\)", "\\\\k<$1>");
    // At the end of a text a pattern tries these without looking at a character.
    if (EmptyAlternatives.ways(java) > MOST_WAYS) {
      throw new JinjaException(
          "the pattern '"
              + python
              + "' of 'regex_replace' has too many groups of alternatives that match nothing");
    }
    try {
      return Pattern.compile(
          java.replace("\\Z", "\\z"), Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES);
    } catch (PatternSyntaxException e) {
      throw new JinjaException(
          "the pattern '" + python + "' of 'regex_replace' is malformed: " + e.getDescription());
    }
  }

  private static String filled(String replacement, Matcher match) {
    return GROUP
        .matcher(replacement)
        .replaceAll(m -> Matcher.quoteReplacement(part(m.group(1), m.group(2), m.group(3), match)));
  }

  private static String part(String number, String name, String escaped, Matcher match) {
    try {
      String group = number != null ? number : name;
      if (group == null) {
        int index = "ntr\\".indexOf(escaped);
        return index < 0 ? "\\" + escaped : "\n\t\r\\".substring(index, index + 1);
      }
      String found =
          group.matches("\\d+") ? match.group(Integer.parseInt(group)) : match.group(group);
      return found == null ? "" : found;
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new JinjaException("the replacement of 'regex_replace' names an unknown group");
    }
  }

  /** A text that counts how often a pattern looks at it, so that matching ends. */
  private record Counted(Run run, String text) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      run.charge(1);
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
