package io.flexora.adapter.residual;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.transformer.LowRankOptions;

/** The options of LoRA-GA, by the names that PEFT gives them. */
public record LoraGaOptions(
    @Inline LowRankOptions lora,
    @Option(
            doc =
                "The singular directions of the gradient at which A and B start, among the"
                    + " first 2 lora_rank: arb2r, first half for A and second for B; a2rbr,"
                    + " the reverse; arbr, alternating; random, a random half for both. PEFT"
                    + " writes ArB2r, A2rBr, ArBr.",
            byDefault = "arb2r")
        SingularDirections direction,
    @Option(
            doc =
                "How large they are: stable by the fourth root of the module's outputs and"
                    + " stable_gamma, weight-svd by the matrix's largest singular value, gd-scale"
                    + " by lora_rank / lora_alpha, unit as they are.",
            byDefault = "stable")
        FactorScale scale,
    @Option(
            doc = "With scale: stable, what B is divided by the root of.",
            byDefault = "16",
            min = 1)
        int stableGamma,
    @Option(
            doc = "Training examples whose gradient is taken before the training.",
            byDefault = "64",
            min = 1)
        int calibrationExamples,
    @Option(doc = "Batch size of the gradient estimate.", byDefault = "4", min = 1)
        int calibrationBatchSize) {

  /** The singular directions that the factors take. */
  public enum SingularDirections {
    /** A those of odd numbers from 0, B those of even ones. */
    ARBR("ArBr"),
    /** A the second half, B the first. */
    A2RBR("A2rBr"),
    /** A the first half, B the second. */
    ARB2R("ArB2r"),
    /** Both the same, drawn. */
    RANDOM("random");

    private final String inPeft;

    SingularDirections(String inPeft) {
      this.inPeft = inPeft;
    }

    String inPeft() {
      return inPeft;
    }
  }

  /** The scale of the factors. */
  public enum FactorScale {
    /** By the module's outputs. */
    STABLE,
    /** By the largest singular value of the matrix. */
    WEIGHT_SVD,
    /** By the factor of the product. */
    GD_SCALE,
    /** As they are. */
    UNIT
  }
}
