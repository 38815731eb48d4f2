package io.flexora.config.yaml;

import io.flexora.api.run.FlexoraException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A configuration that cannot be used, with all its mistakes, sorted by where they were made.
 *
 * @since 0.1
 */
public final class ConfigurationException extends FlexoraException {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 50;

  private final transient List<ConfigProblem> problems;

  /**
   * Makes a failure of these mistakes; equal ones are told once.
   *
   * @param problems at least one
   */
  public ConfigurationException(List<ConfigProblem> problems) {
    this(sorted(problems), null);
  }

  ConfigurationException(Location location, String message, Throwable cause) {
    this(List.of(new ConfigProblem(location, message)), cause);
  }

  /** Makes a failure of one mistake. */
  public ConfigurationException(Location location, String message) {
    this(location, message, null);
  }

  private ConfigurationException(List<ConfigProblem> problems, Throwable cause) {
    super(text(problems), cause);
    this.problems = problems;
  }

  /** The mistakes, sorted by location. */
  public List<ConfigProblem> problems() {
    return problems;
  }

  private static List<ConfigProblem> sorted(List<ConfigProblem> problems) {
    return problems.stream()
        .distinct()
        .sorted(Comparator.comparing(ConfigProblem::location))
        .toList();
  }

  private static String text(List<ConfigProblem> problems) {
    if (problems.size() == 1) {
      return problems.get(0).toString();
    }
    String more = problems.size() > SHOWN ? "\n  and " + (problems.size() - SHOWN) + " more" : "";
    return IntStream.range(0, Math.min(SHOWN, problems.size()))
        .mapToObj(i -> "  " + (i + 1) + ". " + problems.get(i))
        .collect(
            Collectors.joining("\n", problems.size() + " mistakes in the configuration:\n", more));
  }
}
