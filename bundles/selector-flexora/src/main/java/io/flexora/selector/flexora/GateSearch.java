package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.run.State;
import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.TrainedValues;
import io.flexora.numerics.layer.ChosenValues;
import io.flexora.numerics.loop.ResumableLoop;
import io.flexora.numerics.loop.ResumableLoop.Advance;
import io.flexora.numerics.optimiser.Clipping;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Gradient descent on alpha. */
final class GateSearch {

  private final SearchOptions options;
  private final Solver solver;
  private final BilevelProblem problem;
  private final GateIndex index;
  private final UpdateRule rule;
  private final Function<Gates, List<Integer>> choice;

  /**
   * Prepares a search.
   *
   * @param index what the gates of the problem are of
   * @param choice chooses gates: what a step tells, and a search ends when the selection made of it
   *     has settled
   */
  GateSearch(
      SearchOptions options,
      BilevelProblem problem,
      GateIndex index,
      Function<Gates, List<Integer>> choice) {
    this.options = options;
    this.solver = options.solver().get();
    this.problem = problem;
    this.index = index;
    this.rule =
        new UpdateRule(
            options.alphaOptimiser().get(),
            options.alphaLearningRate(),
            Schedule.constant(),
            Clipping.none(),
            Optional.empty());
    this.choice = choice;
  }

  /**
   * The outcome of a search.
   *
   * @param kept the places of the gates that are kept, ascending
   * @param end that it ended by itself before all of its steps
   * @param values what it has trained of them, where the training begins there
   */
  record Outcome(
      Gates gates, List<Integer> kept, Optional<SearchEnd> end, Optional<TrainedValues> values) {}

  /** A point of the search, and its end if it ends there by itself. */
  private record Reached(SearchPoint at, Optional<SearchEnd> end) {

    private long step() {
      return at.step();
    }

    private State state(NDManager scope) {
      return at.state(scope);
    }
  }

  /**
   * Goes on from the newest checkpoint, or from alpha = 0, until all steps are done, the choice has
   * settled, or the time is over, after one step at least.
   */
  Outcome run(SelectionContext context) {
    ResumableLoop<Reached> loop =
        new ResumableLoop<>(
            context.checkpoints(), context.monitor(), Reached::step, Reached::state);
    try (NDManager own = context.manager().newSubManager()) {
      Reached last =
          loop.run(
              own,
              loop.newestOr(
                  state -> reached(SearchPoint.of(state), context),
                  scope -> reached(start(scope), context)),
              reached -> isOver(reached, context),
              (scope, reached) -> step(scope, reached.at(), context));
      Gates gates = gates(last.at().alpha());
      List<Integer> kept = choice.apply(gates);
      return new Outcome(gates, kept, last.end(), values(last.at(), gates, kept, context));
    }
  }

  private Optional<TrainedValues> values(
      SearchPoint at, Gates gates, List<Integer> kept, SelectionContext context) {
    return options.start().isFresh()
        ? Optional.empty()
        : Optional.of(
            new ChosenValues(
                    context.adapter(), ChosenValues.Choice.ofGates(index, gates.gates(), kept))
                .of(problem.parameters(), at.inner().theta()));
  }

  private boolean isOver(Reached reached, SelectionContext context) {
    return reached.end().isPresent()
        || reached.step() >= options.outerSteps()
        || (reached.step() > 0 && context.timeIsUp());
  }

  private Reached reached(SearchPoint at, SelectionContext context) {
    return new Reached(at, end(at, context));
  }

  private Optional<SearchEnd> end(SearchPoint at, SelectionContext context) {
    int layers = context.shape().layers();
    List<ModuleShape> modules = context.targets();
    return options
        .earlyStopping()
        .end(
            at.alphas(),
            options.outerSteps(),
            "outer steps",
            alpha -> {
              Gates gates = Gates.of(options.gates(), index, alpha);
              return new KeptGates(gates, layers, modules).deciding(choice.apply(gates));
            });
  }

  private SearchPoint start(NDManager scope) {
    InnerState inner = solver.start(scope, problem);
    if (inner == null) {
      throw new FlexoraException(named() + " returned no inner state to start from");
    }
    Shape gates = new Shape(problem.gates());
    NDArray alpha = scope.zeros(gates, inner.theta().getDataType());
    return SearchPoint.start(inner, rule.start(scope, alpha));
  }

  private Advance<Reached> step(NDManager scope, SearchPoint at, SelectionContext context) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      Hypergradient found = solver.step(own, problem, at.inner(), at.alpha(), at.step());
      requireGradient(found);
      requireFinite(at.step() + 1, found);
      NDArray gradient = penalised(work, found.gradient(), at.alpha());
      Iterate moved = rule.step(own, at.outer(), gradient, at.step());
      boolean centred = options.centerAlpha() && options.gates() == GateForm.SOFTMAX;
      Iterate outer = centred ? centred(moved) : moved;
      Gates gates = gates(outer.theta());
      Progress told =
          new KeptGates(gates, context.shape().layers(), context.targets())
              .told(told(at.step() + 1, found, moved), choice.apply(gates));
      SearchPoint next = at.next(found.next(), outer).keptBy(work);
      return new Advance<>(reached(next, context), told);
    }
  }

  private Gates gates(NDArray alpha) {
    return Gates.of(options.gates(), index, alpha);
  }

  /** Adds the gradient of the expected number of open gates, which depends on alpha alone. */
  private NDArray penalised(Workspace work, NDArray gradient, NDArray alpha) {
    double weight = options.openGatesWeight();
    if (weight == 0) {
      return gradient;
    }
    double[] slopes =
        gates(alpha).values().stream()
            .mapToDouble(a -> weight * HardConcrete.openSlope(a))
            .toArray();
    NDArray added =
        NativeArrays.of(work.temporary(), slopes, gradient.getShape(), gradient.getDataType());
    return work.share(gradient).add(added);
  }

  private Iterate centred(Iterate outer) {
    NDArray alpha = outer.theta();
    if (index.groups().size() == 1) {
      return new Iterate(alpha.sub(alpha.mean()), outer.state());
    }
    double[] means = gates(alpha).means().stream().mapToDouble(Double::doubleValue).toArray();
    try (NDArray wide = NativeArrays.of(alpha.getManager(), means)) {
      NDArray shift = wide.toType(alpha.getDataType(), true);
      return new Iterate(alpha.sub(shift), outer.state());
    }
  }

  private Progress told(long step, Hypergradient found, Iterate moved) {
    Progress told =
        Progress.of(step, options.outerSteps())
            .withValidationLoss(found.validationLoss())
            .with("hypergradient_norm", InnerProducts.norm(found.gradient()))
            .with("alpha_sum", gates(moved.theta()).sum());
    return Double.isFinite(found.trainingLoss())
        ? told.withTrainingLoss(found.trainingLoss())
        : told;
  }

  private String named() {
    return "solver '%s'".formatted(options.solver().name());
  }

  private void requireGradient(Hypergradient found) {
    if (found == null) {
      throw new FlexoraException(named() + " returned nothing of a step");
    }
    if (found.gradient().size() != problem.gates()) {
      throw new FlexoraException(
          "%s gave a gradient of %d numbers for %d gates"
              .formatted(named(), found.gradient().size(), problem.gates()));
    }
  }

  private void requireFinite(long step, Hypergradient found) {
    double norm = InnerProducts.norm(found.gradient());
    if (!Double.isFinite(norm) || !Double.isFinite(found.validationLoss())) {
      throw new FlexoraException(
          ("the search diverged at step %d of %d: the validation loss is %s and the norm of the"
                  + " gates' gradient %s; lower the solver's inner learning_rate, or set its"
                  + " max_grad_norm: 1")
              .formatted(step, options.outerSteps(), found.validationLoss(), norm));
    }
  }
}
