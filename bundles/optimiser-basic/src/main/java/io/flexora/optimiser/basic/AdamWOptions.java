package io.flexora.optimiser.basic;

import io.flexora.api.plugin.Option;

/** The options of {@code adamw}. */
public record AdamWOptions(
    @Option(
            doc = "beta1, decay of the first moment",
            byDefault = "0.9",
            min = 0,
            max = 1,
            maxExclusive = true,
            aliases = "adam_beta1")
        double beta1,
    @Option(
            doc = "beta2, decay of the second moment",
            byDefault = "0.999",
            min = 0,
            max = 1,
            maxExclusive = true,
            aliases = "adam_beta2")
        double beta2,
    @Option(
            doc =
                "epsilon of the denominator. Far below the size of the gradients, the first"
                    + " step from zero moments hardly depends on the gradient's size, and so hardly"
                    + " on the gates",
            byDefault = "1e-8",
            min = 0,
            minExclusive = true,
            aliases = "adam_epsilon")
        double epsilon,
    @Option(doc = "weight decay", byDefault = "0", min = 0) double weightDecay,
    @Option(
            doc =
                "decouple the weight decay from the gradient, as AdamW; false for Adam, whose decay"
                    + " is part of the gradient, as DARTS has it for alpha",
            byDefault = "true")
        boolean decoupledWeightDecay) {

  /** AdamW. */
  public AdamWOptions(double beta1, double beta2, double epsilon, double weightDecay) {
    this(beta1, beta2, epsilon, weightDecay, true);
  }
}
