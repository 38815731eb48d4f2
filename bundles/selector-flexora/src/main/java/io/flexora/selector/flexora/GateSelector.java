package io.flexora.selector.flexora;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Solver;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Monitor;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Learns gates by a {@link GateSearch} and keeps some of what they gate. */
abstract class GateSelector implements Selector {

  private final String user;
  private final SearchOptions options;
  private final GateIndex.Layout layout;

  GateSelector(String name, SearchOptions options, GateIndex.Layout layout) {
    this.user = "selector '" + name + "'";
    this.options = options;
    this.layout = layout;
  }

  /**
   * What the gates are kept by.
   *
   * @param index what they are of
   * @throws io.flexora.api.run.FlexoraException if the bounds leave it nothing to keep
   */
  abstract Function<Gates, List<Integer>> rule(GateIndex index, SelectionBounds bounds);

  /** The name in messages. */
  final String user() {
    return user;
  }

  private GateIndex index(SelectionBounds bounds) {
    return bounds.gates(layout, candidates(bounds), user);
  }

  private List<Integer> candidates(SelectionBounds bounds) {
    int layers = bounds.shape().layers();
    List<Integer> unknown = options.candidates().stream().filter(l -> l >= layers).toList();
    if (!unknown.isEmpty()) {
      throw new IncompatibleOptionException(
          "candidates",
          "%s lists candidates %s, but the model has %d layers, 0 to %d; write candidates among these"
              .formatted(user, unknown, layers, layers - 1));
    }
    return options.candidates().isEmpty()
        ? IntStream.range(0, layers).boxed().toList()
        : options.candidates();
  }

  private Function<Gates, List<Integer>> fittingRule(GateIndex index, SelectionBounds bounds) {
    Function<Gates, List<Integer>> rule = rule(index, bounds);
    boolean parts = layout == GateIndex.Layout.COMPONENT;
    Compatibility.require(found -> options.start().check(bounds, parts, user, found));
    // A solver may refuse its options, which has to be known before a run is paid for.
    Solver solver = options.solver().get();
    String name = "solver '%s'".formatted(options.solver().name());
    if (solver.cost(index.size()).hessianProducts().examples() > 0) {
      Compatibility.require(found -> bounds.demand(AdapterDemand.EXACT_PRODUCTS, name, found));
    }
    if (solver.usesFiniteDifferences()) {
      requireDigits(bounds.shape(), name);
    }
    return rule;
  }

  private static void requireDigits(ModelShape shape, String name) {
    if (shape.computeBytes() < Float.BYTES) {
      throw new IncompatibleOptionException(
          "solver",
          "%s takes differences of gradients or losses, which rounding drowns in a model that computes in %s; write compute_dtype: float32 among the options of the model, or use solver unrolled with products: exact"
              .formatted(name, shape.computeType()));
    }
  }

  @Override
  public final void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    found.check(() -> fittingRule(index(bounds), bounds));
  }

  @Override
  public final TrainingStart start() {
    return options.start().after((long) options.outerSteps() * options.solver().get().innerSteps());
  }

  @Override
  public final Workload cost(SelectionBounds bounds) {
    Workload ofSolver = options.solver().get().cost(index(bounds).size());
    Workload step =
        options.gates() == GateForm.SOFTMAX ? ofSolver : HardConcreteProblem.cost(ofSolver);
    return options.problem().workload(options.outerSteps(), step);
  }

  @Override
  public final Selection select(SelectionContext context) {
    GateIndex index = index(context);
    Function<Gates, List<Integer>> rule = fittingRule(index, context);
    GateSearch search = new GateSearch(options, problem(context, index), index, rule);
    GateSearch.Outcome found = search.run(context);
    tellIfEqual(context.monitor(), found.gates(), found.kept());
    tellIfAllAreAlike(context.monitor(), found.gates());
    return new KeptGates(found.gates(), context.shape().layers(), context.targets())
        .selection(found.kept())
        .endedBy(found.end())
        .with(found.values());
  }

  /**
   * The problem that the gates are learnt on.
   *
   * @param index what they are of
   */
  BilevelProblem problem(SelectionContext context, GateIndex index) {
    return context.problem(options.problem(), layout, candidates(context));
  }

  private void tellIfEqual(Monitor monitor, Gates gates, List<Integer> kept) {
    boolean chooses = !kept.isEmpty() && kept.size() < gates.size();
    if (chooses && gates.areEqual()) {
      monitor.notice(
          "All gates of %s are equal after its search, so it keeps the first of them: gates learn nothing until theta has moved; take more inner_steps, or fewer warmup_steps of inner."
              .formatted(user));
    }
  }

  private void tellIfAllAreAlike(Monitor monitor, Gates gates) {
    long open = gates.gates().stream().filter(gate -> gate > 0).count();
    if (gates.form() == GateForm.SOFTMAX || (0 < open && open < gates.size())) {
      return;
    }
    monitor.notice(
        open == 0
            ? "All gates of %s are closed after its search; write a lower penalty than %s"
                .formatted(user, options.openGatesWeight())
            : "No gate of %s is closed after its search; write a higher penalty than %s, more outer_steps or a higher alpha_learning_rate"
                .formatted(user, options.openGatesWeight()));
  }
}
