package io.flexora.transformers.generation;

import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.run.FlexoraException;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Chooses a token by its logit: the likeliest, or one drawn from the likeliest (nucleus).
 *
 * @since 0.1
 */
public final class TokenChoice {

  private final Sampling sampling;
  private final SplittableRandom random;

  /**
   * Makes a choice.
   *
   * @param sampling how a token is drawn, or that the likeliest is taken
   * @param random what is drawn from
   */
  public TokenChoice(Sampling sampling, SplittableRandom random) {
    this.sampling = sampling;
    this.random = random;
  }

  /** Chooses by the logits of the vocabulary; the first of equals. */
  public int of(double[] logits) {
    int best = 0;
    for (int i = 0; i < logits.length; i++) {
      if (Double.isNaN(logits[i])) {
        throw new FlexoraException("the model's scores are not numbers; its training has diverged");
      }
      best = logits[i] > logits[best] ? i : best;
    }
    return sampling.temperature() == 0 ? best : drawn(logits, logits[best]);
  }

  private int drawn(double[] logits, double greatest) {
    double[] weights = new double[logits.length];
    double total = 0;
    for (int i = 0; i < logits.length; i++) {
      weights[i] = Math.exp((logits[i] - greatest) / sampling.temperature());
      total += weights[i];
    }
    int[] order =
        IntStream.range(0, weights.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -weights[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int kept = 0;
    double mass = 0;
    while (kept < order.length && mass < sampling.topP() * total) {
      mass += weights[order[kept++]];
    }
    double rest = random.nextDouble() * mass;
    for (int i = 0; i < kept; i++) {
      rest -= weights[order[i]];
      if (rest < 0) {
        return order[i];
      }
    }
    return order[Math.max(0, kept - 1)];
  }
}
