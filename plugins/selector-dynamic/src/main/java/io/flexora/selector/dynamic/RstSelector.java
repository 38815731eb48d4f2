package io.flexora.selector.dynamic;

import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Restart;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.Optional;

/** Random sparse tuning, the control of {@link IstSelector}: importance that is never learnt. */
@Doc(
    "Adapt all layers and train a random part of them in each step: the control of ist (RST"
        + " in arXiv 2410.11772). The head is always trained.")
public final class RstSelector extends UncomputedSelector {

  private final RstOptions options;
  private final Seeds seeds;

  @Inject
  RstSelector(RstOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    Candidates candidates = new Candidates(options.candidates());
    int layers = candidates.in("rst", bounds).size();
    int trained = ImportanceDraw.count(options.trainedLayers(), layers);
    return candidates.selection("rst", bounds, layer -> (double) trained / layers);
  }

  @Override
  public Optional<TrainingSchedule> schedule(Selection selection) {
    ImportanceDraw draw = new ImportanceDraw(selection.layers(), options.trainedLayers(), seeds);
    return Optional.of(
        TrainingSchedule.ofLayers(step -> draw.trained(step, draw.start()), Restart.NOTHING));
  }
}
