package io.flexora.selector.fixed;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.SelectionContext.WeightGradientVisitor;
import java.util.List;
import java.util.OptionalInt;

/** A context that has a shape and nothing to compute with: fixed selectors need no more. */
record Layered(int layers, OptionalInt sameCount) implements SelectionContext {

  @Override
  public ModelShape shape() {
    return new ModelShape(
        "bert", layers, 8, 16, List.of(), List.of(), 0, "float32", 0, "SEQ_CLS", 0, "base");
  }

  @Override
  public BilevelProblem problem(ProblemOptions options) {
    throw new AssertionError("a fixed selector loads no model");
  }

  @Override
  public void weightGradients(
      NDManager scope,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor) {
    throw new AssertionError("a fixed selector looks at no examples");
  }

  @Override
  public List<Tokens> trainingExamples() {
    throw new AssertionError("a fixed selector looks at no examples");
  }

  @Override
  public List<ModuleShape> targets() {
    throw new AssertionError("a fixed selector adapts nothing");
  }

  @Override
  public AdapterMethod adapter() {
    throw new AssertionError("a fixed selector adapts nothing");
  }

  @Override
  public String adapterName() {
    throw new AssertionError("a fixed selector adapts nothing");
  }

  @Override
  public NDManager manager() {
    throw new AssertionError("a fixed selector computes nothing");
  }

  @Override
  public Checkpoints checkpoints() {
    throw new AssertionError("a fixed selector has nothing to save");
  }

  @Override
  public Monitor monitor() {
    throw new AssertionError("a fixed selector has no steps");
  }
}
