package io.flexora.adapter.eva;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.transformer.LowRankOptions;

/** The options of EVA, by the names that PEFT gives them. */
public record EvaOptions(
    @Inline LowRankOptions lora,
    @Option(
            doc =
                "Maximum rank of a module, as a multiple of lora_rank; 1 for the same rank"
                    + " everywhere. The minimum is 1, whereas the authors' rule may give a"
                    + " module rank 0; selector: eva with adapter: lora has exactly their"
                    + " ranks.",
            byDefault = "2",
            min = 1)
        double rho,
    @Inline DirectionOptions directions,
    @Option(
            doc = "Divide each direction by the square root of its singular value.",
            byDefault = "false")
        boolean whiten,
    @Option(
            doc = "Scale lora_alpha with a module's rank, so that all products weigh the same.",
            byDefault = "true")
        boolean adjustScalingFactors) {

  /** The most ranks of a module; as in Python, a half is rounded to the even number. */
  int mostRank() {
    return (int) Math.min(Integer.MAX_VALUE, Math.rint(lora.loraRank() * rho));
  }

  /** The lora_alpha of a module with that rank. */
  double alpha(long rank) {
    return lora.alpha(rank, adjustScalingFactors);
  }

  /** The factor of the product of a module with that rank. */
  double scaling(long rank) {
    return scalingOfOne() * Math.pow((double) rank, scalingPower());
  }

  /** The factor of the product of a module of rank 1. */
  double scalingOfOne() {
    return alpha(1);
  }

  /** The power of the rank that the factor grows with. */
  double scalingPower() {
    return (adjustScalingFactors ? 1 : 0) - (lora.useRslora() ? 0.5 : 1);
  }
}
