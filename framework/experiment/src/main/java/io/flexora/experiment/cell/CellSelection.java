package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.data.Split;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.SelectionContext.WeightGradientVisitor;
import io.flexora.api.selection.TrainedAdapters;
import io.flexora.experiment.inputs.AdapterPlans;
import io.flexora.experiment.inputs.ExperimentBounds;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.MatchedBudget;
import io.flexora.numerics.bilevel.ModelBilevelProblem;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.FrozenActivations;
import io.flexora.numerics.transformer.FrozenGradients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The context of the strategy of a cell. The model is adapted only if the strategy asks. */
public final class CellSelection extends ExperimentBounds
    implements SelectionContext, AutoCloseable {

  /** Layers with adapters, and their gates. */
  private record Gated(GateIndex.Layout gates, List<Integer> layers) {}

  /** The training of all layers that a strategy chooses from. */
  public interface AllLayers {

    /** A training that is no other cell's. */
    AllLayers OWN =
        new AllLayers() {
          @Override
          public Optional<float[]> known() {
            return Optional.empty();
          }

          @Override
          public void keep(NDArray theta) {}
        };

    /** The same training by another cell; empty if there is none. */
    Optional<float[]> known();

    /** Keeps what was trained for other cells. */
    void keep(NDArray theta);
  }

  private final Seeds seeds;
  private final SearchDeadline deadline;
  private final Optional<Duration> trainingTime;
  private final AllLayers allLayers;
  private final Checkpoints checkpoints;
  private final Monitor monitor;
  private final Map<Gated, AdaptedModel> models = new HashMap<>();
  private AdaptedModel trained;
  private NDManager manager;

  /**
   * Makes the context of a strategy; the caller closes it.
   *
   * @param trainingTime the time that a training may take of which the strategy chooses; empty for
   *     no limit
   * @param allLayers what other cells have trained, and take of this one
   */
  public CellSelection(
      ExperimentInputs inputs,
      Seeds seeds,
      MatchedBudget same,
      SearchDeadline deadline,
      Optional<Duration> trainingTime,
      AllLayers allLayers,
      Checkpoints checkpoints,
      Monitor monitor) {
    super(inputs, same);
    this.seeds = seeds;
    this.deadline = deadline;
    this.trainingTime = trainingTime;
    this.allLayers = allLayers;
    this.checkpoints = checkpoints;
    this.monitor = monitor;
  }

  @Override
  public BilevelProblem problem(ProblemOptions options) {
    return problem(options, GateIndex.Layout.LAYER);
  }

  @Override
  public BilevelProblem problem(ProblemOptions options, GateIndex.Layout gates) {
    return problem(options, gates, inputs.pretrained().allLayers());
  }

  @Override
  public BilevelProblem problem(
      ProblemOptions options, GateIndex.Layout gates, List<Integer> layers) {
    AdaptedModel model = models.computeIfAbsent(new Gated(gates, layers), this::adapted);
    return new ModelBilevelProblem(
        model,
        inputs.data().tokens(Split.TRAIN),
        inputs.data().tokens(Split.VALIDATION),
        options,
        seeds);
  }

  private AdaptedModel adapted(Gated gated) {
    AdapterPlans adapters = inputs.adapters();
    Compatibility.require(found -> demand(AdapterDemand.GATES, "the strategy", found));
    return adapters.adapt(adapters.plan(gated.layers()).withGates(gated.gates()));
  }

  /** A training leaves the base as it is, as all cells have it. */
  @Override
  public TrainedAdapters trained() {
    if (trained == null) {
      trained = inputs.adapters().adapt(inputs.adapters().plan(inputs.pretrained().allLayers()));
    }
    List<Tokens> validation = inputs.data().tokens(Split.VALIDATION);
    return new TrainedModel(trained, seeds, theta(trained, validation), validation);
  }

  private NDArray theta(AdaptedModel model, List<Tokens> validation) {
    boolean shared = isFloat32(model);
    Optional<float[]> known = shared ? allLayers.known() : Optional.empty();
    if (known.isPresent()) {
      return NativeArrays.of(manager(), known.get());
    }
    CellTraining training =
        new CellTraining(
            model,
            Optional.empty(),
            trainingExamples(),
            validation,
            Optional.empty(),
            Optional.empty(),
            inputs.training().steps(),
            trainingTime,
            manager(),
            checkpoints,
            (theta, step) -> {},
            monitor);
    NDArray theta = training.by(inputs.training().trainer().get()).theta();
    if (shared) {
      allLayers.keep(theta);
    }
    return theta;
  }

  /** What is kept of a training is float32. */
  private boolean isFloat32(AdaptedModel model) {
    try (NDArray initial = model.initialTheta(manager(), seeds)) {
      return initial.getDataType() == DataType.FLOAT32;
    }
  }

  @Override
  public void weightGradients(
      NDManager scope,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor) {
    FrozenGradients.visit(
        scope,
        inputs.pretrained().model(),
        inputs.adapters().plan(layers),
        seeds,
        layers,
        batches,
        visitor);
  }

  @Override
  public void activations(
      List<List<Tokens>> batches, CountedTokens tokens, ActivationVisitor visitor) {
    FrozenActivations.visit(
        manager(),
        inputs.pretrained().model(),
        inputs.adapters().plan(inputs.pretrained().allLayers()),
        seeds,
        batches,
        tokens,
        visitor,
        "the strategy");
  }

  @Override
  public List<Tokens> trainingExamples() {
    return inputs.data().tokens(Split.TRAIN);
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return inputs.pretrained().model().ability(ability);
  }

  @Override
  public NDManager manager() {
    if (manager == null) {
      manager = inputs.pretrained().model().manager().newSubManager();
    }
    return manager;
  }

  @Override
  public boolean timeIsUp() {
    return deadline.isOver();
  }

  @Override
  public Checkpoints checkpoints() {
    return checkpoints;
  }

  @Override
  public Monitor monitor() {
    return monitor;
  }

  @Override
  public void close() {
    if (manager != null) {
      manager.close();
    }
    models.values().forEach(AdaptedModel::close);
    if (trained != null) {
      trained.close();
    }
  }
}
