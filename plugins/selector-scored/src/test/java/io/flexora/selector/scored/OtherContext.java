package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.api.selection.SelectionContext;
import java.util.List;
import java.util.OptionalInt;

/** What another context says, for subclasses that say one thing themselves. */
abstract class OtherContext implements SelectionContext {

  private final SelectionContext context;

  OtherContext(SelectionContext context) {
    this.context = context;
  }

  @Override
  public ModelShape shape() {
    return context.shape();
  }

  @Override
  public OptionalInt sameCount() {
    return context.sameCount();
  }

  @Override
  public BilevelProblem problem(ProblemOptions options) {
    return context.problem(options);
  }

  @Override
  public NDArray weight(NDManager scope, int layer, String module) {
    return context.weight(scope, layer, module);
  }

  @Override
  public List<ModuleShape> targets() {
    return context.targets();
  }

  @Override
  public NDManager manager() {
    return context.manager();
  }

  @Override
  public Checkpoints checkpoints() {
    return context.checkpoints();
  }

  @Override
  public Monitor monitor() {
    return context.monitor();
  }
}
