package io.flexora.selector.fixed;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.List;

/** The option of {@code layers}. */
public record ListOptions(
    @Option(doc = "the layers to choose, from 0, in any order", min = 0) List<Integer> layers) {

  /**
   * Sorts the layers.
   *
   * @throws IllegalArgumentException if a layer is written twice
   */
  public ListOptions {
    List<Integer> distinct = layers.stream().distinct().sorted().toList();
    if (distinct.size() < layers.size()) {
      throw OptionException.of("layers", "a layer is written twice in " + layers);
    }
    layers = distinct;
  }
}
