package io.flexora.testkit;

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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A context whose time was over before the search began.
 *
 * @param of what it is like otherwise
 * @param asked how often the selector asked
 */
record OutOfTime(SelectionContext of, AtomicInteger asked) implements SelectionContext {

  OutOfTime(SelectionContext of) {
    this(of, new AtomicInteger());
  }

  @Override
  public boolean timeIsUp() {
    asked.incrementAndGet();
    return true;
  }

  @Override
  public ModelShape shape() {
    return of.shape();
  }

  @Override
  public OptionalInt sameCount() {
    return of.sameCount();
  }

  @Override
  public BilevelProblem problem(ProblemOptions options) {
    return of.problem(options);
  }

  @Override
  public NDArray weight(NDManager scope, int layer, String module) {
    return of.weight(scope, layer, module);
  }

  @Override
  public List<ModuleShape> targets() {
    return of.targets();
  }

  @Override
  public NDManager manager() {
    return of.manager();
  }

  @Override
  public Checkpoints checkpoints() {
    return of.checkpoints();
  }

  @Override
  public Monitor monitor() {
    return of.monitor();
  }
}
