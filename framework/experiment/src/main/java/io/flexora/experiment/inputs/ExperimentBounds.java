package io.flexora.experiment.inputs;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.data.Split;
import io.flexora.api.model.ModelShape;
import io.flexora.api.selection.SelectionBounds;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The bounds of a strategy of an experiment. */
public class ExperimentBounds implements SelectionBounds {

  /** The experiment's inputs. */
  protected final ExperimentInputs inputs;

  /** The amount that is held equal. */
  protected final MatchedBudget same;

  /** The bounds for these inputs, with what is held equal. */
  public ExperimentBounds(ExperimentInputs inputs, MatchedBudget same) {
    this.inputs = inputs;
    this.same = same;
  }

  @Override
  public final ModelShape shape() {
    return inputs.pretrained().shape();
  }

  @Override
  public final OptionalInt sameCount() {
    return same.layers();
  }

  @Override
  public final OptionalLong sameParameters() {
    return same.parameters();
  }

  @Override
  public final List<ModuleShape> targets() {
    return inputs.adapters().targets();
  }

  @Override
  public final AdapterMethod adapter() {
    return inputs.adapters().method();
  }

  @Override
  public final String adapterName() {
    return inputs.adapters().name();
  }

  @Override
  public final Workload trainingCost() {
    return inputs.training().cost();
  }

  @Override
  public final int validationExamples() {
    return inputs.data().tokens(Split.VALIDATION).size();
  }
}
