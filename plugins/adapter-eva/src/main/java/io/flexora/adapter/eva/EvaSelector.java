package io.flexora.adapter.eva;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.layer.ModuleValues;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Gives ranks to the modules in whose inputs few directions explain much of the variance, as EVA
 * does (Paischer et al. 2024, arXiv 2410.07170): of all directions of all modules those with the
 * largest shares get one each, and a module without any is left alone. The sum of the ranks is what
 * the adapter's own rank gives all modules. Only the ranks are EVA's: the adapters start as their
 * method says.
 */
@Doc(
    "Give ranks to the modules whose inputs vary along few directions (EVA), before any training."
        + " It costs a few forward passes for each example.")
public final class EvaSelector implements Selector {

  private static final String USER = "selector 'eva'";

  private final EvaRankOptions options;
  private final Seeds seeds;

  @Inject
  EvaSelector(EvaRankOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    bounds.demand(AdapterDemand.RANKS, USER, found);
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    return Workload.NONE.forward(
        Passes.of(
            (long) options.passes() * options.directions().calibrationExamples(),
            options.directions().calibrationBatchSize()));
  }

  @Override
  public Selection select(SelectionContext context) {
    Compatibility.require(this::checkCompatibility, context);
    List<AdapterSite> sites =
        IntStream.range(0, context.shape().layers())
            .boxed()
            .flatMap(layer -> context.targets().stream().map(m -> new AdapterSite(layer, m)))
            .toList();
    int own = sites.stream().mapToInt(site -> rank(context, site)).max().orElse(0);
    long budget = sites.stream().mapToLong(site -> rank(context, site)).sum();
    List<List<Tokens>> batches = batches(context);
    // As in Python, a half is rounded to the even number.
    int most = (int) Math.min(Integer.MAX_VALUE, Math.rint(own * options.rho()));
    try (DirectionSearch search =
        new DirectionSearch(
            context.manager(), sites, most, options.directions().tau(), budget, 0)) {
      Map<AdapterSite, Integer> ranks =
          search.settle(
              options.passes(),
              visitor -> context.activations(batches, options.directions().tokens(), visitor),
              () -> search.found().forEach(this::requireRows));
      return selection(context, sites, ranks, search);
    }
  }

  private int rank(SelectionContext context, AdapterSite site) {
    return options
        .referenceRank()
        .orElseGet(() -> context.adapter().ranked().orElseThrow().rank(site.module()));
  }

  private List<List<Tokens>> batches(SelectionContext context) {
    List<Tokens> shuffled = new ArrayList<>(context.trainingExamples());
    Collections.shuffle(shuffled, new Random(seeds.derive("selector", "eva", "examples")));
    int count = Math.min(options.directions().calibrationExamples(), shuffled.size());
    int size = options.directions().calibrationBatchSize();
    return IntStream.iterate(0, from -> from < count, from -> from + size)
        .mapToObj(from -> shuffled.subList(from, Math.min(from + size, count)))
        .toList();
  }

  private void requireRows(AdapterSite site, PrincipalDirections directions) {
    if (directions.rows() == 0) {
      throw new IncompatibleOptionException(
          "calibration_examples",
          "%s looks for %d directions in the inputs of %s, but the %d calibration_examples have fewer tokens that count; raise calibration_examples, write use_label_mask: false, or lower rho or the adapter's rank"
              .formatted(
                  USER,
                  directions.count(),
                  site.path(),
                  options.directions().calibrationExamples()));
    }
  }

  private static Selection selection(
      SelectionContext context,
      List<AdapterSite> sites,
      Map<AdapterSite, Integer> ranks,
      DirectionSearch search) {
    List<ChosenModule> chosen =
        sites.stream()
            .filter(site -> ranks.get(site) > 0)
            .map(site -> ChosenModule.of(site.layer(), site.module().name(), ranks.get(site)))
            .toList();
    List<String> names = context.targets().stream().map(ModuleShape::name).toList();
    ModuleValues ofRanks =
        new ModuleValues(names, sites.stream().map(s -> (double) ranks.get(s)).toList());
    ModuleValues first =
        new ModuleValues(
            names, sites.stream().map(s -> search.found().get(s).shares()[0]).toList());
    return Selection.ofModules(
        chosen,
        Map.of("rank", ofRanks.means(), "first_share", first.means()),
        Map.of("rank", ofRanks.byModule(), "first_share", first.byModule()),
        List.of(
            ScoreDescription.of("rank", "mean rank"),
            ScoreDescription.of("first_share", "share of the first direction")));
  }
}
