package io.flexora.selector.scored.measure;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.numerics.layer.Ranking;
import java.util.List;
import java.util.Optional;

/**
 * The number of layers with the highest scores that are kept, where no score is negative: a number,
 * or as many as make up a share of the sum of all scores.
 *
 * @param layers the number; see {@link LayerCount}
 * @param threshold the share
 */
public record KeptLayers(
    @Option(
            doc =
                Docs.LAYERS
                    + ". Where neither it nor threshold is written: same, or in lora-drop"
                    + " threshold: 0.9")
        Optional<String> layers,
    @Option(
            doc =
                "in place of layers: the layers with the highest scores are kept until they have"
                    + " this share of the sum of all scores",
            min = 0,
            minExclusive = true,
            max = 1)
        Optional<Double> threshold) {

  /** As many layers as others choose. */
  public static final KeptLayers SAME = of("same");

  /** What sums of scores may miss by rounding, relative to the sum of all. */
  private static final double ROUNDING = 1e-12;

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}, or written beside
   *     a threshold
   */
  public KeptLayers {
    layers.ifPresent(LayerCount::new);
    if (layers.isPresent() && threshold.isPresent()) {
      throw OptionException.of(
          "threshold",
          "layers: %s and threshold: %s are both written; each decides how many layers are kept, so"
                  .formatted(layers.get(), threshold.get())
              + " write one of them");
    }
  }

  /** A number of layers, as it is written in the option. */
  public static KeptLayers of(String layers) {
    return new KeptLayers(Optional.of(layers), Optional.empty());
  }

  /** The layers that make up a share of all scores. */
  public static KeptLayers reaching(double threshold) {
    return new KeptLayers(Optional.empty(), Optional.of(threshold));
  }

  /** These, or others where neither option is written. */
  public KeptLayers or(KeptLayers usual) {
    return layers.isPresent() || threshold.isPresent() ? this : usual;
  }

  /**
   * How many of the highest scores reach the threshold; at least one.
   *
   * @param selector the name of the selector, for messages
   * @throws FlexoraException if all scores are 0
   */
  public int count(String selector, List<Double> scores) {
    double least = threshold.orElseThrow();
    double all = scores.stream().mapToDouble(Double::doubleValue).sum();
    if (all == 0) {
      throw new FlexoraException(
          "selector %s gives each layer the score 0, so no layers have a share of the sum to reach threshold: %s; choose another selector"
              .formatted(selector, least));
    }
    double sum = 0;
    int count = 0;
    while (count < scores.size() && (count == 0 || sum < (least - ROUNDING) * all)) {
      count++;
      sum = Ranking.highest(scores, count).stream().mapToDouble(scores::get).sum();
    }
    return count;
  }
}
