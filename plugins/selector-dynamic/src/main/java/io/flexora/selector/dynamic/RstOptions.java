package io.flexora.selector.dynamic;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of {@code rst}. */
public record RstOptions(
    @Option(
            doc = "fraction of the layers trained in each step, rounded down to at least one",
            byDefault = "0.25",
            min = 0,
            minExclusive = true,
            max = 1)
        double trainedLayers,
    @Option(doc = Candidates.DOC, byDefault = "[]", min = 0) List<Integer> candidates) {

  /**
   * Checks the layers.
   *
   * @throws IllegalArgumentException if a layer is written twice
   */
  public RstOptions {
    candidates = new Candidates(candidates).written();
  }
}
