package io.flexora.report.html.evidence;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks up which extension a section of a resolved configuration chose. It reads the plain block
 * form in which the host writes that file; any other form is shown to the reader as text, but not
 * understood here.
 */
public final class ChosenExtension {

  private static final String VALUE = "\\s*[\"']?([^\\s\"',}#][^\"',}\\n#]*)";

  // The host indents by two: what stands deeper belongs to a section within.
  private static final String FIELD = "(?m)(?:^ {1,2}|[{,] *)";

  private ChosenExtension() {}

  /** The value of {@code key} in a top-level section, or the bare word that stands for it. */
  public static Optional<String> in(String configuration, String section, String key) {
    return body(configuration, section)
        .flatMap(body -> first(body, FIELD + Pattern.quote(key) + ":" + VALUE));
  }

  /** The extension that a top-level section uses. */
  public static Optional<String> of(String configuration, String section) {
    return in(configuration, section, "use")
        .or(() -> first(configuration, "(?m)^" + Pattern.quote(section) + ":[ ]+([^\\s{#]+)"));
  }

  private static Optional<String> body(String configuration, String section) {
    return first(configuration, "(?m)^" + Pattern.quote(section) + ":([^\\n]*(?:\\n[ ]+[^\\n]*)*)");
  }

  private static Optional<String> first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1).stripTrailing()) : Optional.empty();
  }
}
