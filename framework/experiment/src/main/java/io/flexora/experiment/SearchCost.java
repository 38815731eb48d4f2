package io.flexora.experiment;

import io.flexora.config.ConfigNode;
import java.util.Optional;

/**
 * What a search costs beyond training steps, as far as its options tell.
 *
 * @param secondOrder whether it takes second derivatives
 * @param storedSteps the inner steps whose states it keeps
 * @param batchSize the examples of its training batches; 0 if it has none
 */
record SearchCost(boolean secondOrder, long storedSteps, long batchSize) {

  /** Solvers that go through the inner steps by gradients alone. */
  private static final String FIRST_ORDER = "first-order";

  /**
   * Reads the selector's {@code solver} and its {@code inner_steps}, as most searches have them.
   */
  static SearchCost in(ConfigNode resolved) {
    Optional<ConfigNode> selector = ConfigValue.in(resolved, "selector");
    long batchSize = selector.map(s -> number(s, "batch_size", 0)).orElse(0L);
    Optional<ConfigNode> solver = selector.flatMap(s -> ConfigValue.in(s, "solver"));
    if (solver.isEmpty()) {
      return new SearchCost(false, 0, batchSize);
    }
    String name = ConfigValue.in(solver.get(), "use").map(ConfigValue::text).orElse("");
    boolean firstOrder = name.startsWith(FIRST_ORDER);
    long steps = firstOrder ? 0 : number(solver.get(), "inner_steps", 1);
    return new SearchCost(!firstOrder, steps, batchSize);
  }

  private static long number(ConfigNode node, String key, long otherwise) {
    return ConfigValue.in(node, key)
        .map(ConfigValue::text)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Long::parseLong)
        .orElse(otherwise);
  }
}
