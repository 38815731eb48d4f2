package io.flexora.runstore;

import io.flexora.api.run.Decisions.Decision;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a resolved configuration whose options were left to the machine: {@code
 * compute_dtype: auto} before, {@code compute_dtype: bf16 # auto, as ...} when it has decided.
 */
final class DecidedOptions {

  private static final String AUTO = "auto";
  private static final String MARK = " # " + AUTO + ", ";

  private DecidedOptions() {}

  /** Writes what was decided in place of {@code auto}. */
  static String written(String configuration, Map<String, Decision> decisions) {
    String text = configuration;
    for (Map.Entry<String, Decision> made : decisions.entrySet()) {
      Decision decision = made.getValue();
      String value = decision.value() + MARK + decision.reason().replace('\n', ' ');
      text = replaced(text, made.getKey(), AUTO, value);
    }
    return text;
  }

  /** Takes back what {@link #written} has done. */
  static String asked(String configuration, Map<String, Decision> decisions) {
    String text = configuration;
    for (Map.Entry<String, Decision> made : decisions.entrySet()) {
      text = replaced(text, made.getKey(), made.getValue().value() + MARK, AUTO);
    }
    return text;
  }

  /**
   * Replaces the values of an option.
   *
   * @param from how the value begins; {@code auto} has to be all of it
   */
  private static String replaced(String text, String option, String from, String to) {
    String rest = from.equals(AUTO) ? "$" : ".*$";
    return Pattern.compile(
            "^(\\s+" + Pattern.quote(option) + ": )" + Pattern.quote(from) + rest,
            Pattern.MULTILINE)
        .matcher(text)
        .replaceAll("$1" + Matcher.quoteReplacement(to));
  }
}
