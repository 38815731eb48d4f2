package io.flexora.manual;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The links of a page, which lead through the source tree where it is read there and through the
 * installation in the manual.
 *
 * @param elsewhere pages of the manual that stand elsewhere in the source tree
 */
record PageLinks(Map<String, String> elsewhere) {

  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)\\s]+)\\)");

  private static final String ROOT = "../../";
  private static final String HERE = "distribution/docs/";

  /** The page with its links as the manual has them. */
  String inManual(String page) {
    return LINK.matcher(page).replaceAll(found -> Matcher.quoteReplacement(link(found)));
  }

  private String link(MatchResult found) {
    String target = found.group(1);
    String fromRoot = target.startsWith(ROOT) ? target.substring(ROOT.length()) : target;
    if (elsewhere.containsKey(fromRoot)) {
      return "](" + elsewhere.get(fromRoot) + ")";
    }
    if (target.startsWith(HERE)) {
      return "](" + target.substring(HERE.length()) + ")";
    }
    return fromRoot.startsWith("config/") ? "](../" + fromRoot + ")" : found.group();
  }
}
