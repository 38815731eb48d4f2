package io.flexora.cli.output;

import java.util.Map;
import java.util.Optional;

/**
 * The properties of the terminal, as the launcher found it.
 *
 * @param results whether standard output is a terminal
 * @param messages whether standard error is a terminal
 * @param columns its width in characters
 * @param colours whether it shows colours and the user wants them
 * @since 0.1
 */
public record Terminal(boolean results, boolean messages, int columns, boolean colours) {

  private static final int USUAL_COLUMNS = 100;
  private static final int FEWEST_COLUMNS = 60;

  /** No terminal at all: plain text of the usual width. */
  public static Terminal none() {
    return new Terminal(false, false, USUAL_COLUMNS, false);
  }

  /**
   * Reads the launcher's system properties {@code flexora.terminal} (a list of {@code stdout} and
   * {@code stderr}) and {@code flexora.columns}, and the variables {@code NO_COLOR} and {@code
   * TERM}.
   */
  public static Terminal detect(Map<String, String> environment) {
    String streams = System.getProperty("flexora.terminal", "");
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean plain = dumb || !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        streams.contains("stdout"),
        streams.contains("stderr") && !dumb,
        Optional.ofNullable(Integer.getInteger("flexora.columns"))
            .filter(width -> width > 0)
            .map(width -> Math.max(width, FEWEST_COLUMNS))
            .orElse(USUAL_COLUMNS),
        !plain);
  }
}
