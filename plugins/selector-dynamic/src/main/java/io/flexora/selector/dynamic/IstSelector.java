package io.flexora.selector.dynamic;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.Optional;

/** Importance-aware sparse tuning (Yao et al. 2024, arXiv 2410.11772). */
@Doc(
    "Adapt all layers and train a part of them in each step, sampled by an importance learnt"
        + " during training: layers whose suppression costs most are trained most often (IST,"
        + " arXiv 2410.11772). The head is always trained. Needs an adapter that can be"
        + " scaled, such as lora.")
@Benchmarked("measured.csv")
public final class IstSelector extends UncomputedSelector {

  private static final String NAME = "ist";

  private final IstOptions options;
  private final Seeds seeds;

  @Inject
  IstSelector(IstOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    if (options.updateRate() > 0) {
      Compatibility.require(
          found -> bounds.demand(AdapterDemand.SCALING, "selector '%s'".formatted(NAME), found));
    }
    Candidates candidates = new Candidates(options.candidates());
    int layers = candidates.in(NAME, bounds).size();
    int trained = ImportanceDraw.count(options.trainedLayers(), layers);
    return candidates.selection(NAME, bounds, layer -> (double) trained / layers);
  }

  @Override
  public Optional<TrainingSchedule> schedule(Selection selection) {
    ImportanceDraw draw = new ImportanceDraw(selection.layers(), options.trainedLayers(), seeds);
    return Optional.of(new IstSchedule(options, draw));
  }
}
