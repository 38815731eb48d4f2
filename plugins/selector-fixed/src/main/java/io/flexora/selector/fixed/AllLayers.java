package io.flexora.selector.fixed;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Plain LoRA, at its own rank or at the one that a budget of parameters leaves. */
@Doc(
    "Choose all layers: plain LoRA; with rank: same at the lower rank that has as many parameters"
        + " as others on fewer layers.")
@Benchmarked("measured.csv")
final class AllLayers extends UncomputedSelector {

  private static final String USER = "selector 'all'";

  private final AllOptions options;

  @Inject
  AllLayers(AllOptions options) {
    this.options = options;
  }

  /** A lower rank is no number of layers, of which a host would tell that it is too high. */
  @Override
  public OptionalInt chosenLayers(SelectionBounds bounds) {
    return options.rank().isPresent() ? OptionalInt.empty() : super.chosenLayers(bounds);
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    List<Integer> layers = IntStream.range(0, bounds.shape().layers()).boxed().toList();
    if (options.rank().isEmpty()) {
      return Selection.of(layers);
    }
    Compatibility.require(found -> bounds.demand(AdapterDemand.RANKS, USER, found));
    String written = options.rank().get();
    List<Place> places = places(bounds, layers);
    List<Integer> ranks =
        written.equals(AllOptions.SAME)
            ? fitting(places, parameters(bounds))
            : places.stream().map(place -> Integer.parseInt(written)).toList();
    List<ChosenModule> chosen = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      if (ranks.get(i) > 0) {
        Place place = places.get(i);
        requireScale(bounds, place.module(), ranks.get(i));
        chosen.add(ChosenModule.of(place.layer(), place.module().name(), ranks.get(i)));
      }
    }
    return Selection.ofModules(chosen, Map.of(), Map.of(), List.of());
  }

  /**
   * A module of a layer.
   *
   * @param cost the parameters of each of its ranks
   */
  private record Place(int layer, ModuleShape module, long cost) {}

  private static List<Place> places(SelectionBounds bounds, List<Integer> layers) {
    AdapterMethod.Ranked ranked = bounds.adapter().ranked().orElseThrow();
    return layers.stream()
        .flatMap(
            layer ->
                bounds.targets().stream()
                    .map(module -> new Place(layer, module, cost(ranked, module))))
        .toList();
  }

  private static long cost(AdapterMethod.Ranked ranked, ModuleShape module) {
    return ranked.parameters(module, 1).stream().mapToLong(p -> p.shape().size()).sum();
  }

  private long parameters(SelectionBounds bounds) {
    long least = places(bounds, List.of(0)).stream().mapToLong(Place::cost).min().orElse(1);
    long parameters =
        bounds
            .sameParameters()
            .orElseThrow(
                () ->
                    new IncompatibleOptionException(
                        "rank",
                        "%s is to have the 'same' number of parameters as others, but there is none to take it from: it is a run's main selector, or the budget of the comparison holds none equal; write a rank, such as rank: 2"
                            .formatted(USER)));
    if (parameters < least) {
      throw new IncompatibleOptionException(
          "rank",
          "%s is to keep to %d parameters, but a module of rank 1 has %d; hold %d or more equal"
              .formatted(USER, parameters, least, least));
    }
    return parameters;
  }

  /**
   * The ranks that a number of parameters allows: as many for each as fit for all, and one more for
   * some that lie evenly among all.
   */
  private static List<Integer> fitting(List<Place> places, long parameters) {
    long ofAll = places.stream().mapToLong(Place::cost).sum();
    int each = (int) (parameters / ofAll);
    long left = parameters % ofAll;
    long given = 0;
    long passed = 0;
    List<Integer> ranks = new ArrayList<>();
    for (Place place : places) {
      passed += place.cost();
      // The share of what is left that is due here, without a rounding of doubles.
      boolean more =
          Math.multiplyHigh(left, passed) == 0 && given + place.cost() <= left * passed / ofAll;
      given += more ? place.cost() : 0;
      ranks.add(each + (more ? 1 : 0));
    }
    return ranks;
  }

  private void requireScale(SelectionBounds bounds, ModuleShape module, int rank) {
    AdapterMethod method = bounds.adapter();
    int own = method.ranked().orElseThrow().rank(module);
    if (options.keepScale() && !method.loraScaling(own).equals(method.loraScaling(rank))) {
      throw new IncompatibleOptionException(
          "rank",
          "%s gives module '%s' the rank %d, at which adapter '%s' scales its product by %s in place of %s; write adjust_scaling_factors: true among the options of the adapter, or keep_scale: false to compare with the other scale"
              .formatted(
                  USER,
                  module.name(),
                  rank,
                  bounds.adapterName(),
                  method.loraScaling(rank).orElse(Double.NaN),
                  method.loraScaling(own).orElse(Double.NaN)));
    }
  }
}
