package io.flexora.experiment;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Split;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.WeightGradientVisitor;
import io.flexora.numerics.bilevel.ModelBilevelProblem;
import io.flexora.numerics.transformer.FrozenGradients;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the strategy of a cell can look at. The model is adapted only if the strategy asks. */
final class CellSelection implements SelectionContext, AutoCloseable {

  private final ExperimentInputs inputs;
  private final Seeds seeds;
  private final OptionalInt sameCount;
  private final SearchDeadline deadline;
  private final Checkpoints checkpoints;
  private final Monitor monitor;
  private AdaptedModel model;
  private NDManager manager;

  CellSelection(
      ExperimentInputs inputs,
      Seeds seeds,
      OptionalInt sameCount,
      SearchDeadline deadline,
      Checkpoints checkpoints,
      Monitor monitor) {
    this.inputs = inputs;
    this.seeds = seeds;
    this.sameCount = sameCount;
    this.deadline = deadline;
    this.checkpoints = checkpoints;
    this.monitor = monitor;
  }

  @Override
  public ModelShape shape() {
    return inputs.shape();
  }

  @Override
  public OptionalInt sameCount() {
    return sameCount;
  }

  @Override
  public BilevelProblem problem(ProblemOptions options) {
    if (model == null) {
      AdapterFit.requireGates(inputs.adapter(), "the strategy");
      model = inputs.adapt(inputs.allLayers());
    }
    return new ModelBilevelProblem(
        model, inputs.tokens(Split.TRAIN), inputs.tokens(Split.VALIDATION), options, seeds);
  }

  @Override
  public void weightGradients(
      NDManager scope,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor) {
    FrozenGradients.visit(
        scope, inputs.model(), inputs.plan(layers), seeds, layers, batches, visitor);
  }

  @Override
  public List<Tokens> trainingExamples() {
    return inputs.tokens(Split.TRAIN);
  }

  @Override
  public void requireExactProducts(String user) {
    AdapterFit.requireExactProducts(inputs.adapter(), user);
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return inputs.model().ability(ability);
  }

  @Override
  public List<ModuleShape> targets() {
    return inputs.targets();
  }

  @Override
  public NDManager manager() {
    if (manager == null) {
      manager = inputs.model().manager().newSubManager();
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
    if (model != null) {
      model.close();
    }
  }
}
