package io.flexora.files.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/**
 * A short message on a text that is no JSON.
 *
 * @since 0.1
 */
public final class JsonProblem {

  /** What Jackson tells of itself and its settings. */
  private static final Pattern INTERNALS =
      Pattern.compile(" \\(start marker at \\[Source: [^\\]]*\\]\\)|: was expecting \\(JSON .*");

  private JsonProblem() {}

  /** The library's sentence, without its place in the text and its own affairs. */
  public static String of(JsonProcessingException problem) {
    return INTERNALS.matcher(problem.getOriginalMessage()).replaceAll("");
  }
}
