package io.flexora.selector.dynamic;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of {@code ist}; the defaults are the constants of the authors' code. */
public record IstOptions(
    @Option(
            doc = "fraction of the layers suppressed together, rounded down to at least one",
            byDefault = "0.25",
            min = 0,
            minExclusive = true,
            max = 1)
        double trainedLayers,
    @Option(doc = "steps between two updates of the importance", byDefault = "10", min = 1)
        int updateInterval,
    @Option(
            doc = "sets of layers that are suppressed, one after the other",
            byDefault = "3",
            min = 2)
        int probes,
    @Option(
            doc = "fraction of the layers suppressed at once, rounded down to at least one",
            byDefault = "0.5",
            min = 0,
            minExclusive = true,
            max = 1)
        double suppressedLayers,
    @Option(doc = "scale of the contributions of suppressed layers", byDefault = "0.25", min = 0)
        double suppression,
    @Option(
            doc = "training examples for the loss of the suppressed model",
            byDefault = "16",
            min = 1)
        int probeExamples,
    @Option(
            doc = "learning rate of the importance; 0 to draw at random, as rst does",
            byDefault = "10",
            min = 0)
        double updateRate,
    @Option(doc = Candidates.DOC, byDefault = "[]", min = 0) List<Integer> candidates) {

  /**
   * Checks the layers.
   *
   * @throws IllegalArgumentException if a layer is written twice
   */
  public IstOptions {
    candidates = new Candidates(candidates).written();
  }
}
