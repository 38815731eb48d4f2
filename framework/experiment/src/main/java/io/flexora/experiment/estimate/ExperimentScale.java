package io.flexora.experiment.estimate;

import io.flexora.api.data.Split;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.results.benchmark.BenchmarkedSetting;
import io.flexora.results.benchmark.BenchmarkedSetting.ModelKind;
import java.util.OptionalInt;

/**
 * The quantities that decide how much a choice of layers matters, as far as they are known before a
 * run.
 *
 * @param model the kind of the model
 * @param layers the layers of the model
 * @param budget how many layers are chosen; empty where that is not known before, or all are
 * @param rows the training rows that a training sees
 * @param passes how often it sees each of them
 * @param classes the classes of the task; 0 where answers are judged by their likelihood
 * @since 0.1
 */
public record ExperimentScale(
    ModelKind model, int layers, OptionalInt budget, long rows, double passes, int classes) {

  /** That of an experiment whose strategy chooses so many layers. */
  public static ExperimentScale of(ExperimentInputs inputs, OptionalInt budget) {
    long seen = Math.max(1, inputs.training().cost().trainingGradients().examples());
    long rows = Math.max(1, Math.min(inputs.data().tokens(Split.TRAIN).size(), seen));
    return new ExperimentScale(
        ModelKind.of(inputs.pretrained().shape()),
        inputs.pretrained().shape().layers(),
        budget,
        rows,
        (double) seen / rows,
        inputs.data().classes());
  }

  /** Says it, such as {@code 2,000 rows once and 3 of 12 layers}. */
  public String words() {
    String seen = BenchmarkedSetting.seen(rows, passes);
    return budget.isPresent()
        ? "%s and %d of %d layers".formatted(seen, budget.getAsInt(), layers)
        : seen;
  }
}
