package io.flexora.results.run;

import java.util.Optional;

/**
 * The name of a cell of a run: that of its strategy, and behind a plus sign that of the posterior
 * that is made of what the strategy's cell has trained.
 *
 * @param trained the name of the cell that selects and trains
 * @param posterior the name of the posterior; empty for that cell itself
 * @since 0.1
 */
public record RunCell(String trained, Optional<String> posterior) {

  /** The name of the cell of the experiment's own selector. */
  public static final String MAIN = "main";

  private static final char SIGN = '+';

  /** Reads a name. */
  public static RunCell of(String name) {
    int sign = name.indexOf(SIGN);
    return sign < 0
        ? new RunCell(name, Optional.empty())
        : new RunCell(name.substring(0, sign), Optional.of(name.substring(sign + 1)));
  }

  /** The cell of a posterior of this cell. */
  public RunCell with(String name) {
    return new RunCell(trained, Optional.of(name));
  }

  @Override
  public String toString() {
    return posterior.map(name -> trained + SIGN + name).orElse(trained);
  }
}
