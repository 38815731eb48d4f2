package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.optimiser.Iterate;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.TreeMap;

/**
 * The inner training in an outer step, common to all solvers.
 *
 * @param options the optimiser
 * @param steps the optimiser steps in an outer step
 * @param restart whether each outer step begins at the initial theta
 * @since 0.1
 */
public record InnerTraining(InnerOptions options, int steps, boolean restart) {

  /** How many arrays of theta's length a position has: theta, and what its optimiser keeps. */
  public int positionArrays() {
    return options.update().iterateArrays();
  }

  /**
   * How many arrays of theta's length are alive before the first step: the state that was given,
   * where the training begins if that is another one, and what belongs to the rule.
   */
  public long beginArrays() {
    return (restart ? 2L : 1L) * positionArrays() + options.update().ruleArrays();
  }

  /**
   * How many arrays of theta's length are alive after the last step, where none but the newest
   * position is kept.
   */
  public long trainingArrays() {
    return beginArrays() + (steps > 0 ? positionArrays() : 0);
  }

  /**
   * The factor c of the penalty {@code c |theta|² / 2} that weight decay adds to the training loss;
   * 0 without steps, which apply no decay.
   *
   * @throws io.flexora.api.run.FlexoraException if the steps come to rest elsewhere than at a
   *     minimum of loss and penalty, as with decoupled weight decay
   */
  public double l2Penalty() {
    return steps == 0 ? 0 : options.update().optimiser().get().l2Penalty();
  }

  /** What an outer step takes that trains, and looks once at the validation loss. */
  public Workload cost() {
    return Workload.CALLS
        .trainingGradients(Passes.of(steps))
        .validationGradients(Passes.of(1))
        .storedThetas(trainingArrays());
  }

  /**
   * The inner state before the first outer step.
   *
   * @param scope the owner of its arrays
   */
  public InnerState start(NDManager scope, BilevelProblem problem) {
    NDArray theta = problem.initialTheta(scope);
    UpdateRule rule = options.rule(scope, problem.parameters(), theta.getDataType());
    return new InnerState(0, rule.start(scope, theta).arrays());
  }

  /**
   * The loop of an outer step.
   *
   * @param scope the owner of the arrays of its rule
   * @param alpha the gates {@code [gates]}
   */
  public InnerLoop loop(NDManager scope, BilevelProblem problem, NDArray alpha) {
    return new InnerLoop(
        problem, options.rule(scope, problem.parameters(), alpha.getDataType()), alpha);
  }

  /**
   * Where an outer step begins.
   *
   * @param scope the owner of its arrays, if they are not those of the state
   * @param state theta and what the optimiser keeps, and nothing else
   */
  public InnerPosition begin(NDManager scope, BilevelProblem problem, InnerState state) {
    return restart
        ? new InnerPosition(state.steps(), 0, Iterate.of(start(scope, problem).arrays()), 0)
        : new InnerPosition(state.steps(), state.steps(), Iterate.of(state.arrays()), 0);
  }

  /**
   * The result of an outer step.
   *
   * @param work the workspace whose scope becomes the owner of the arrays
   * @param gradient the hypergradient
   * @param end where the steps ended
   * @param validation the validation loss there
   */
  public Hypergradient result(
      Workspace work, NDArray gradient, InnerPosition end, LossGradient validation) {
    return result(work, gradient, end, validation.loss());
  }

  /**
   * The result of an outer step.
   *
   * @param work the workspace whose scope becomes the owner of the arrays
   * @param gradient the hypergradient
   * @param end where the steps ended
   * @param validationLoss the validation loss there
   */
  public Hypergradient result(
      Workspace work, NDArray gradient, InnerPosition end, double validationLoss) {
    // Without inner steps the end is the caller's own array, which has to stay where it is.
    Map<String, NDArray> arrays = new TreeMap<>();
    end.at().arrays().forEach((name, array) -> arrays.put(name, work.copy(array)));
    return new Hypergradient(
        work.keep(gradient),
        new InnerState(end.number(), arrays),
        end.lossSum() / steps,
        validationLoss);
  }
}
