package io.flexora.experiment.estimate;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.head.Objective;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.run.Compatibility;
import io.flexora.experiment.inputs.ExperimentData;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.DeviceChoice;
import io.flexora.experiment.setup.ExperimentServices;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** About how much memory an experiment takes, from what its plugins state and from its examples. */
public final class ExperimentMemory {

  private final ExperimentInputs inputs;
  private final ModelMemory model;

  /** Makes the estimate of an experiment; its data is read when it is asked for. */
  public ExperimentMemory(ExperimentInputs inputs) {
    this.inputs = inputs;
    this.model = inputs.pretrained().memory();
  }

  /**
   * Estimates it.
   *
   * @param search what its searches take
   */
  public MemoryEstimate of(Workload search) {
    Workload trainer = inputs.training().cost();
    long parameters =
        inputs.adapters().parameters(inputs.pretrained().shape().layers())
            + inputs.adapters().headParameters();
    return MemoryEstimate.of(
            inputs.pretrained().shape(),
            inputs.adapters().targets(),
            model,
            parameters,
            Math.max(search.storedThetas(), trainer.storedThetas())
                + rateMultipliers(inputs.adapters().method(), inputs.adapters().targets()),
            List.of(
                step(Split.TRAIN, trainer.trainingGradients(), 1),
                step(Split.VALIDATION, trainer.forward(), 0),
                step(Split.TRAIN, search.trainingGradients(), 1),
                step(Split.TRAIN, search.hessianProducts(), 2),
                withKeptGraphs(step(Split.VALIDATION, search.validationGradients(), 1), search),
                step(Split.TRAIN, search.forward(), 0),
                scoring()),
            tokens(inputs.data(), Split.VALIDATION) + testedTokens())
        .withBases(
            trainer.storedBases(),
            inputs.pretrained().shape(),
            model.activationSegments(),
            mergedForTexts(trainer))
        .withCopies(copies(), parameters);
  }

  /** Estimates what it takes beyond what its process has already. */
  public MemoryEstimate further(Workload search) {
    return of(search).further(inputs.pretrained().isLoaded());
  }

  /**
   * How many arrays of theta's length hold the factors that an adapter method gives the learning
   * rates of its parameters: 1, or 0 where all are 1. Trainers and solvers state what they store
   * without knowing the method.
   */
  static int rateMultipliers(AdapterMethod method, List<ModuleShape> targets) {
    boolean differ =
        targets.stream()
            .flatMap(module -> method.parameters(module).stream())
            .anyMatch(parameter -> parameter.learningRateFactor() != 1);
    return differ ? 1 : 0;
  }

  /** The modules whose pruned matrices are merged in all layers while a text is generated. */
  private List<ModuleShape> mergedForTexts(Workload trainer) {
    boolean merges = trainer.storedBases() > 0 && inputs.adapters().method().script().isMergeable();
    return merges && generates() ? inputs.adapters().targets() : List.of();
  }

  /** Whether texts are generated for the test examples or those of a further test set. */
  private boolean generates() {
    EvaluatedTask own = inputs.data().evaluated(Split.TEST);
    return generates(inputs.data().evaluator(), own)
        || inputs.data().testSets().values().stream()
            .anyMatch(
                of ->
                    generates(
                        of.evaluator(), of.evaluated(Split.TEST).withReference(own.examples())));
  }

  private static boolean generates(Evaluator evaluator, EvaluatedTask task) {
    return Compatibility.of(evaluator::checkCompatibility, task).fits()
        && evaluator.generates(task);
  }

  /** How many devices have their memory in common: on a CPU all of them, of GPUs none. */
  private int copies() {
    CellOptions cell = inputs.cell();
    boolean alone =
        cell.devices() == 1
            || cell.device() == DeviceChoice.GPU
            || ExperimentServices.choose(cell.device()).isGpu();
    return alone ? 1 : cell.devices();
  }

  private MemoryEstimate.LargestStep step(Split split, Passes passes, int order) {
    return new MemoryEstimate.LargestStep(
        LargestBatch.of(trainedSizes(inputs.data(), split), passes.batchSize(), model), order);
  }

  /**
   * The batches of kept graphs follow each other in an order that is drawn: one counts as the
   * largest, the others as the mean. A model that computes layers once more keeps no graph.
   */
  private MemoryEstimate.LargestStep withKeptGraphs(
      MemoryEstimate.LargestStep step, Workload search) {
    int graphs = inputs.pretrained().recomputes() ? 0 : search.keptGraphs();
    if (graphs == 0) {
      return step;
    }
    Passes recorded = search.recordedProducts();
    List<MemoryEstimate.LargestStep> kept = new ArrayList<>();
    kept.add(step(Split.TRAIN, recorded, 2));
    LargestBatch usual =
        LargestBatch.mean(trainedSizes(inputs.data(), Split.TRAIN), recorded.batchSize(), model);
    kept.addAll(Collections.nCopies(graphs - 1, new MemoryEstimate.LargestStep(usual, 2)));
    return new MemoryEstimate.LargestStep(step.batch(), step.order(), kept);
  }

  /** The largest batch of test examples that the evaluator scores, with all their choices. */
  private MemoryEstimate.LargestStep scoring() {
    List<LargestBatch.Size> sizes =
        inputs.data().tokens(Split.TEST).stream().map(LargestBatch.Size::scored).toList();
    int longest = Math.max(1, sizes.stream().mapToInt(LargestBatch.Size::tokens).max().orElse(1));
    int count =
        inputs
            .data()
            .evaluator()
            .batchLimit()
            .map(most -> Math.min(most.examples(), Math.max(1, most.tokens() / longest)))
            .orElse(0);
    return new MemoryEstimate.LargestStep(LargestBatch.of(sizes, count, model), 0);
  }

  /** The tokens of the test split and of further test sets. */
  private long testedTokens() {
    return tokens(inputs.data(), Split.TEST)
        + inputs.data().testSets().values().stream().mapToLong(of -> tokens(of, Split.TEST)).sum();
  }

  private static long tokens(ExperimentData of, Split split) {
    return trainedSizes(of, split).stream().mapToLong(LargestBatch.Size::tokens).sum();
  }

  /** What a training step computes of each example of a split. */
  public static List<LargestBatch.Size> trainedSizes(ExperimentData data, Split split) {
    Objective objective = data.objective();
    return data.tokens(split).stream()
        .map(tokens -> LargestBatch.Size.trained(tokens, objective))
        .toList();
  }
}
