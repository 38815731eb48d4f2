package io.flexora.numerics.training;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.NoisyEmbeddings;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.TrainingSetting;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;

/**
 * The options of a training by gradients; the names are those that PEFT and LLaMA-Factory users
 * know.
 *
 * @since 0.1
 */
public record TrainingOptions(
    @Inline(defaults = {"learning_rate: 2e-4", "max_grad_norm: 1", "lr_scheduler_type: linear"})
        UpdateOptions update,
    @Option(
            doc = "batch size",
            byDefault = "8",
            min = 1,
            aliases = {"batch_size", "train_batch_size"})
        int perDeviceTrainBatchSize,
    @Option(
            doc = "gradient accumulation: batches whose gradients are averaged in one step",
            byDefault = "1",
            min = 1)
        int gradientAccumulationSteps,
    @Option(
            doc = "number of training epochs; may be a fraction",
            byDefault = "3",
            min = 0,
            minExclusive = true,
            aliases = "epochs")
        double numTrainEpochs,
    @Option(doc = "optimiser steps; takes precedence over num_train_epochs", min = 1)
        Optional<Integer> maxSteps,
    @Option(doc = "warm-up as a fraction of the steps", byDefault = "0", min = 0, max = 1)
        double warmupRatio,
    @Option(doc = "warm-up steps; takes precedence over warmup_ratio", min = 0)
        Optional<Integer> warmupSteps,
    @Option(
            doc =
                "steps between evaluations on the validation examples; by default an epoch, or a"
                    + " fifth of a training that has fewer than two epochs; the last step is always"
                    + " evaluated",
            min = 1,
            aliases = "eval_steps")
        Optional<Integer> evaluationSteps,
    @Option(
            doc = "batch size of evaluations",
            byDefault = "32",
            min = 1,
            aliases = "per_device_eval_batch_size")
        int evaluationBatchSize,
    @Option(
            doc = "keep the parameters with the lowest validation loss instead of the last",
            byDefault = "true",
            aliases = "load_best_model_at_end")
        boolean keepBest,
    @Option(
            doc = "early stopping: evaluations without a lower validation loss; off by default",
            min = 1)
        Optional<Integer> earlyStoppingPatience,
    @Option(
            doc =
                "NEFTune: uniform noise on the embeddings in training steps, of at most this number"
                    + " over the square root of an example's tokens times the embedding's width; 5"
                    + " is usual, 0 for none",
            byDefault = "0",
            min = 0)
        double neftuneNoiseAlpha,
    @Inline PackingOptions packed) {

  private static final String STREAM = "training";

  /** The evaluations of a training of fewer than two epochs: enough to see where its loss goes. */
  private static final int EVALUATIONS_OF_SHORT = 5;

  /**
   * The order of the batches of a training.
   *
   * @param examples what is trained on
   * @param tokens how many tokens the loss of an example computes
   */
  BatchOrder order(List<Tokens> examples, ToIntFunction<Tokens> tokens, Seeds seeds) {
    if (!packed.packing()) {
      return new BatchOrder(
          examples.stream().map(Tokens::length).toList(),
          perDeviceTrainBatchSize,
          gradientAccumulationSteps,
          seeds,
          STREAM);
    }
    List<Integer> lengths = examples.stream().map(tokens::applyAsInt).toList();
    int longest = lengths.stream().mapToInt(Integer::intValue).max().orElse(1);
    long usual = (long) perDeviceTrainBatchSize * longest;
    int most = packed.batchTokens().orElseGet(() -> (int) Math.min(Integer.MAX_VALUE, usual));
    return BatchOrder.packed(lengths, most, gradientAccumulationSteps, seeds, STREAM);
  }

  /** Notes a model that cannot do what the options ask for, and a warm-up that does not end. */
  public void checkCompatibility(TrainingSetting setting, Compatibility found) {
    if (neftuneNoiseAlpha > 0) {
      String option = "neftune_noise_alpha";
      Compatibility.of(fits -> setting.shape().require(NoisyEmbeddings.class, option))
          .first()
          .ifPresent(why -> found.refuse(option, why));
    }
    OptionalLong steps = steps(setting.size());
    if (steps.isPresent() && warmupSteps.orElse(0) > steps.getAsLong()) {
      found.refuse(
          "warmup_steps",
          ("warmup_steps is %d, but the training has %d steps, so that the learning rate would"
                  + " never get to what is written; write fewer, or warmup_ratio")
              .formatted(warmupSteps.get(), steps.getAsLong()));
    }
  }

  /** The optimiser steps of a training, where they are known before its examples are packed. */
  public OptionalLong steps(TrainingSetting.Size size) {
    if (size.steps().isPresent() || (packed.packing() && maxSteps.isEmpty())) {
      return size.steps();
    }
    return OptionalLong.of(totalSteps(stepsPerEpoch(size)));
  }

  /** The steps of an epoch whose batches have as many examples each. */
  int stepsPerEpoch(TrainingSetting.Size size) {
    long perStep = examplesPerStep(size);
    return Math.toIntExact((size.training() + perStep - 1) / perStep);
  }

  /** The examples of a step. */
  long examplesPerStep(TrainingSetting.Size size) {
    return Math.min(size.training(), (long) perDeviceTrainBatchSize * gradientAccumulationSteps);
  }

  /** The optimiser steps of a training. */
  public long totalSteps(int stepsPerEpoch) {
    return maxSteps
        .map(Integer::longValue)
        .orElseGet(() -> (long) Math.ceil(numTrainEpochs * stepsPerEpoch));
  }

  /** The steps from one evaluation on the validation examples to the next. */
  long evaluationInterval(int stepsPerEpoch, long totalSteps) {
    if (evaluationSteps.isPresent()) {
      return evaluationSteps.get();
    }
    return totalSteps >= 2L * stepsPerEpoch
        ? stepsPerEpoch
        : (totalSteps + EVALUATIONS_OF_SHORT - 1) / EVALUATIONS_OF_SHORT;
  }

  /**
   * Makes the rule of a step.
   *
   * @param scope the owner of the rule's arrays
   */
  public UpdateRule rule(
      NDManager scope, ParameterIndex parameters, DataType type, long totalSteps) {
    long warmup =
        warmupSteps.map(Integer::longValue).orElse((long) Math.ceil(warmupRatio * totalSteps));
    return update.rule(scope, parameters, type, warmup, totalSteps);
  }
}
