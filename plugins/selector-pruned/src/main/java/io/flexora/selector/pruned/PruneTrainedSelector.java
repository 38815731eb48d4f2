package io.flexora.selector.pruned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainedAdapters;
import io.flexora.api.selection.TrainedValues;
import io.flexora.api.selection.TrainingStart;
import io.flexora.numerics.layer.ChosenValues;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.LowRankPair;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Trains the adapters of all layers once, as a cell that adapts all is trained, drops then what
 * matters least, and brings what was trained of the rest.
 */
@Doc(
    "Train all layers once, then prune the trained adapters on validation examples. The"
        + " default rule is one threshold on the singular values of all trained s B A. The"
        + " budget is a number of parameters or layers, or a margin in validation loss.")
public final class PruneTrainedSelector implements Selector {

  private static final String NAME = "prune-trained";
  private static final String USER = "selector '" + NAME + "'";

  /** The largest share of all parameters where no budget is written or held equal. */
  private static final double USUAL_SHARE = 0.25;

  private static final int FISHER_EXAMPLES = 64;
  private static final int GATE_EXAMPLES = 128;
  private static final int WEIGHTING_BATCH = 8;

  /** The trained theta, its factors in another basis, and what is left where parts are dropped. */
  private static final int ARRAYS = 4;

  private final PruneTrainedOptions options;
  private final Seeds seeds;

  @Inject
  PruneTrainedSelector(PruneTrainedOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    if (options.layout() == GateIndex.Layout.COMPONENT || options.rule().readsSpectrum()) {
      found.check(() -> requireProducts(bounds));
    }
    found.check(
        () -> {
          PrunableParts parts = PrunableParts.of(options.layout(), bounds, USER);
          count(bounds);
          most(bounds, parts);
        });
    if (options.rule() == PruningRule.GATES) {
      bounds.demand(AdapterDemand.SCALING, USER, found);
    }
  }

  private static void requireProducts(SelectionBounds bounds) {
    for (ModuleShape module : bounds.targets()) {
      if (!LowRankPair.isAllOf(bounds.adapter(), module)) {
        throw new IncompatibleOptionException(
            "rule",
            "%s compares singular values of s B A, but what adapter '%s' adds to module '%s' is no product of two trained matrices alone; use plain LoRA, or a rule and grain of whole layers, such as rule: backward"
                .formatted(USER, bounds.adapterName(), module.name()));
      }
    }
  }

  /** How many layers are kept, where that is the budget. */
  private OptionalInt count(SelectionBounds bounds) {
    return options
        .layers()
        .map(written -> OptionalInt.of(new LayerCount(written).in(NAME, bounds)))
        .orElseGet(OptionalInt::empty);
  }

  /** How many parameters are kept at most, where that is the budget. */
  private OptionalLong most(SelectionBounds bounds, PrunableParts parts) {
    if (options.margin().isPresent() || options.layers().isPresent()) {
      return OptionalLong.empty();
    }
    long most = parameters(bounds, parts.total());
    long least = parts.costs().stream().mapToLong(Long::longValue).min().orElse(0);
    if (least > most) {
      throw new IncompatibleOptionException(
          "parameters",
          "%s is to keep to %d parameters, but the smallest part that it can keep has %d; write parameters: %d or more, or a finer grain"
              .formatted(USER, most, least, least));
    }
    return OptionalLong.of(most);
  }

  private long parameters(SelectionBounds bounds, long total) {
    if (options.parameters().isEmpty()) {
      return bounds.sameParameters().orElse((long) (USUAL_SHARE * total));
    }
    String written = options.parameters().get();
    if (written.endsWith("%")) {
      double share = Double.parseDouble(written.substring(0, written.length() - 1)) / 100;
      // Rounded, so that 25 % of a number that can be divided by four is its quarter.
      return (long) Math.floor(share * total + 1e-6);
    }
    if (!written.equals("same")) {
      return Long.parseLong(written);
    }
    return bounds
        .sameParameters()
        .orElseThrow(
            () ->
                new IncompatibleOptionException(
                    "parameters",
                    "%s is to keep the 'same' number of parameters, but there is none to take it from: it is a run's main selector, or no budget is held equal; write a share, such as parameters: 25%%"
                        .formatted(USER)));
  }

  @Override
  public OptionalInt chosenLayers(SelectionBounds bounds) {
    return count(bounds);
  }

  @Override
  public boolean choosesFromTrained() {
    return true;
  }

  @Override
  public TrainingStart start() {
    return new TrainingStart(true, OptionalLong.of(options.finish()));
  }

  /**
   * The validation examples for the order, and the examples for the test.
   *
   * @param order indices, ascending
   * @param test indices, ascending
   */
  private record Examples(List<Integer> order, List<Integer> test) {}

  private Examples examples(int count) {
    List<Integer> all = IntStream.range(0, count).boxed().toList();
    if (options.margin().isEmpty() || options.confirmed() == 1) {
      return new Examples(all, all);
    }
    List<Integer> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(seeds.derive("selector", NAME, "examples")));
    int tested = Math.max(1, (int) Math.round(options.confirmed() * count));
    return new Examples(
        shuffled.subList(tested, count).stream().sorted().toList(),
        shuffled.subList(0, tested).stream().sorted().toList());
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    PrunableParts parts = PrunableParts.of(options.layout(), bounds, USER);
    Examples examples = examples(bounds.validationExamples());
    int sides = options.rule() == PruningRule.BOUNDARY ? 2 : 1;
    long tests = sides * (long) looks(parts.size()).size() + 1;
    Workload cost =
        bounds
            .trainingCost()
            .plus(order(parts.size(), examples.order()))
            .plus(Workload.NONE.storedThetas(ARRAYS));
    if (options.margin().isPresent()) {
      return cost.plus(forward(tests, examples.test()));
    }
    return sides == 2 ? cost.plus(forward(sides, examples.order())) : cost;
  }

  private Workload order(int parts, List<Integer> examples) {
    return switch (options.rule()) {
      case BACKWARD ->
          forward(
              options.order() == PruneTrainedOptions.BackwardOrder.ONCE
                  ? parts + 1L
                  : parts * (parts + 1L) / 2 + 1,
              examples);
      case FISHER ->
          Workload.NONE.validationGradients(
              Passes.of(Math.min(FISHER_EXAMPLES, examples.size()), 1));
      case GATES -> gateGradients(Math.min(GATE_EXAMPLES, examples.size()));
      default ->
          options.weighted()
              ? Workload.NONE.forward(
                  new Passes(
                      options.weightingExamples(),
                      Math.min(WEIGHTING_BATCH, options.weightingExamples())))
              : Workload.NONE;
    };
  }

  private Workload gateGradients(int examples) {
    return examples == 0
        ? Workload.NONE
        : Workload.NONE.validationGradients(
            new Passes(
                (options.gateSteps() + 2L) * examples,
                Math.min(TrainedAdapters.GRADIENT_BATCH, examples)));
  }

  private static Workload forward(long times, List<Integer> examples) {
    int batch = Math.min(TrainedAdapters.LOSS_BATCH, examples.size());
    return batch == 0
        ? Workload.NONE
        : Workload.NONE.forward(new Passes(times * examples.size(), batch));
  }

  @Override
  public Selection select(SelectionContext context) {
    Compatibility.require(this::checkCompatibility, context);
    PrunableParts parts = PrunableParts.of(options.layout(), context, USER);
    TrainedAdapters trained = context.trained();
    Examples examples = examples(trained.examples());
    try (NDManager own = context.manager().newSubManager()) {
      Optional<Spectra> spectra =
          options.layout() == GateIndex.Layout.COMPONENT || options.rule().readsSpectrum()
              ? Optional.of(
                  Spectra.of(context, trained.parameters(), trained.theta(), seen(context)))
              : Optional.empty();
      NDArray theta =
          options.layout() == GateIndex.Layout.COMPONENT
              ? NativeArrays.of(
                  own,
                  spectra.orElseThrow().theta(),
                  trained.theta().getShape(),
                  trained.theta().getDataType())
              : trained.theta();
      PrunedTheta pruned = new PrunedTheta(trained, context.adapter(), parts, theta);
      Kept kept =
          best(
              orders(own, pruned, parts, spectra, examples.order()).stream()
                  .map(order -> kept(own, context, pruned, parts, order, examples))
                  .toList());
      context.monitor().notice(kept.sentence(parts));
      if (options.margin().isPresent() && context.trainingCost().forward().examples() > 0) {
        context
            .monitor()
            .notice(
                "The training saw the same validation examples, as its trainer chooses the best of"
                    + " its steps by them; all choices are compared with what it came to.");
      }
      return parts
          .selection(kept.parts(), options.rule().word(), kept.scores())
          .with(Optional.of(values(context, trained, theta, parts, kept)));
    }
  }

  private Optional<List<Tokens>> seen(SelectionContext context) {
    if (!options.weighted()) {
      return Optional.empty();
    }
    List<Tokens> shuffled = new ArrayList<>(context.trainingExamples());
    Collections.shuffle(shuffled, new Random(seeds.derive("selector", NAME, "weighting")));
    return Optional.of(shuffled.subList(0, Math.min(options.weightingExamples(), shuffled.size())));
  }

  private List<PruningOrder> orders(
      NDManager scope,
      PrunedTheta theta,
      PrunableParts parts,
      Optional<Spectra> spectra,
      List<Integer> examples) {
    return switch (options.rule()) {
      case SPECTRUM, MAGNITUDE ->
          List.of(PruningOrder.bySpectra(parts, spectra.orElseThrow().values()));
      case BACKWARD ->
          List.of(
              options.order() == PruneTrainedOptions.BackwardOrder.ONCE
                  ? PruningOrder.backwardOnce(scope, theta, parts, examples)
                  : PruningOrder.backwardGreedy(scope, theta, parts, examples));
      case BOUNDARY -> List.of(PruningOrder.first(parts), PruningOrder.last(parts));
      case FISHER ->
          List.of(
              PruningOrder.byScore(
                  theta.fisher(
                      scope, examples.subList(0, Math.min(FISHER_EXAMPLES, examples.size())))));
      case GATES ->
          List.of(
              PruningOrder.byGates(
                  PenalisedGates.of(
                      scope,
                      theta,
                      parts.size(),
                      examples.subList(0, Math.min(GATE_EXAMPLES, examples.size())),
                      options.gateSteps())));
      case RANDOM -> List.of(PruningOrder.random(parts, seeds));
      case FIRST -> List.of(PruningOrder.first(parts));
      case MIDDLE -> List.of(PruningOrder.middle(parts));
      case LAST -> List.of(PruningOrder.last(parts));
    };
  }

  /**
   * The parts of an order that are kept.
   *
   * @param parts the parts, ascending
   * @param scores the scores of all parts; empty for none
   * @param multipliers the multipliers of all parts; 1 where a part is as it was trained
   * @param loss the mean validation loss, where several orders are compared
   * @param margin how much worse it may be, and what was found, where that decided
   */
  private record Kept(
      List<Integer> parts,
      List<Double> scores,
      List<Double> multipliers,
      double loss,
      Optional<Tested> margin) {

    String sentence(PrunableParts of) {
      long cost = of.cost(parts);
      String kept =
          String.format(
              Locale.ROOT,
              "%.1f %% of the parameters of all trained adapters are kept (%,d of %,d)",
              100.0 * cost / of.total(),
              cost,
              of.total());
      return margin.map(tested -> kept + tested.sentence()).orElse(kept) + ".";
    }
  }

  /**
   * The test of a choice.
   *
   * @param difference from all, on validation examples
   */
  private record Tested(double margin, PairedBound difference, int examples) {

    String sentence() {
      return String.format(
          Locale.ROOT,
          ": the validation loss rises by %.4f, with 95 %% confidence by at most %.4f, where"
              + " margin: %s is allowed (one-sided paired test on %d examples)",
          difference.mean(),
          difference.upper(),
          margin,
          examples);
    }
  }

  /** Of several orders that with the fewest parts where a margin decides, or the least loss. */
  private static Kept best(List<Kept> found) {
    return found.stream()
        .min(
            Comparator.<Kept>comparingInt(
                    kept -> kept.margin().isPresent() ? kept.parts().size() : 0)
                .thenComparingDouble(Kept::loss))
        .orElseThrow();
  }

  private Kept kept(
      NDManager scope,
      SelectionContext context,
      PrunedTheta theta,
      PrunableParts parts,
      PruningOrder order,
      Examples examples) {
    if (options.margin().isPresent()) {
      return withinMargin(scope, theta, parts, order, examples.test());
    }
    int count =
        count(context)
            .orElseGet(() -> fitting(order.bestFirst(), parts, most(context, parts).getAsLong()));
    List<Integer> some = ascending(order.bestFirst().subList(0, count));
    double loss =
        options.rule() == PruningRule.BOUNDARY
            ? PruningOrder.mean(theta.losses(scope, some, examples.order()))
            : 0;
    return new Kept(some, order.scores(), multipliers(order, some), loss, Optional.empty());
  }

  /** How many parts fit into a number of parameters. */
  private static int fitting(List<Integer> bestFirst, PrunableParts parts, long most) {
    int count = 0;
    long left = most;
    while (count < bestFirst.size() && parts.costs().get(bestFirst.get(count)) <= left) {
      left -= parts.costs().get(bestFirst.get(count));
      count++;
    }
    return count;
  }

  /** The numbers of parts that are tested, descending, none of them all or none. */
  private List<Integer> looks(int parts) {
    int looks = options.looks();
    return IntStream.rangeClosed(1, looks)
        .map(look -> (int) Math.round(parts * (looks + 1.0 - look) / (looks + 1)))
        .filter(count -> 0 < count && count < parts)
        .distinct()
        .boxed()
        .toList();
  }

  /**
   * Drops parts until a test finds the rest worse. Hypotheses that are tested in a fixed order,
   * each only if the one before was rejected, need no correction of their level.
   */
  private Kept withinMargin(
      NDManager scope,
      PrunedTheta theta,
      PrunableParts parts,
      PruningOrder order,
      List<Integer> examples) {
    double margin = options.margin().orElseThrow();
    double[] whole = theta.losses(scope, ascending(order.bestFirst()), examples);
    List<Integer> kept = ascending(order.bestFirst());
    PairedBound difference = new PairedBound(0, 0);
    for (int count : looks(parts.size())) {
      List<Integer> some = ascending(order.bestFirst().subList(0, count));
      PairedBound found =
          PairedBound.of(theta.losses(scope, order.multipliers(some), examples), whole);
      if (found.upper() > margin) {
        break;
      }
      kept = some;
      difference = found;
    }
    return new Kept(
        kept,
        order.scores(),
        multipliers(order, kept),
        difference.mean(),
        Optional.of(new Tested(margin, difference, examples.size())));
  }

  private static List<Double> multipliers(PruningOrder order, List<Integer> kept) {
    return Arrays.stream(order.multipliers(kept)).boxed().toList();
  }

  private static List<Integer> ascending(List<Integer> parts) {
    return parts.stream().sorted().toList();
  }

  private static TrainedValues values(
      SelectionContext context,
      TrainedAdapters trained,
      NDArray theta,
      PrunableParts parts,
      Kept kept) {
    return new ChosenValues(
            context.adapter(),
            ChosenValues.Choice.ofGates(parts.gates(), kept.multipliers(), kept.parts()))
        .of(trained.parameters(), theta);
  }
}
