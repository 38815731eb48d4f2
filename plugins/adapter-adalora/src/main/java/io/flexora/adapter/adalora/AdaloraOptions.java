package io.flexora.adapter.adalora;

import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of AdaLoRA, by the names that PEFT gives them. */
public record AdaloraOptions(
    @Option(doc = "Rank that each module begins with.", byDefault = "12", min = 1) int initR,
    @Option(
            doc = "Mean rank that is left to a module at the end; at most init_r.",
            byDefault = "8",
            min = 1)
        int targetR,
    @Option(doc = "Steps before the first pruning.", byDefault = "0", min = 0) int tinit,
    @Option(
            doc =
                "Steps after the last pruning. Only from there on can parameters be kept as the"
                    + " best.",
            byDefault = "0",
            min = 0)
        int tfinal,
    @Option(
            doc = "Steps from one pruning to the next.",
            byDefault = "1",
            min = 1,
            aliases = "deltaT")
        int deltaT,
    @Option(
            doc = "Decay of the mean sensitivity of a parameter.",
            byDefault = "0.85",
            min = 0,
            minExclusive = true,
            max = 1,
            maxExclusive = true)
        double beta1,
    @Option(
            doc = "Decay of the mean deviation of the sensitivity.",
            byDefault = "0.85",
            min = 0,
            minExclusive = true,
            max = 1,
            maxExclusive = true)
        double beta2,
    @Option(
            doc = "Weight of the penalty that keeps the factors orthogonal.",
            byDefault = "0.5",
            min = 0)
        double orthRegWeight,
    @Option(doc = "Steps of the whole schedule; those of the training when not written.", min = 1)
        Optional<Integer> totalStep,
    @Option(
            doc = "Scale of the adapter: its product is multiplied by lora_alpha / init_r.",
            byDefault = "8",
            min = 0,
            minExclusive = true)
        double loraAlpha,
    @Option(
            doc = "Dropout probability of the adapter's input in training.",
            byDefault = "0",
            min = 0,
            max = 1,
            maxExclusive = true)
        double loraDropout,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]",
            aliases = {"lora_target"})
        List<String> targetModules) {

  // What PEFT adds to the rank, so that a rank of 0 can be divided by.
  private static final double RANK_EPSILON = 1e-5;

  /** Copies the list. */
  public AdaloraOptions {
    targetModules = List.copyOf(targetModules);
  }

  /** The factor of the product; it stays when triplets are pruned. */
  double scaling() {
    return loraAlpha / (initR + RANK_EPSILON);
  }
}
