package io.flexora.selector.dynamic;

import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Restart;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.Optional;

/** LISA (Pan et al. 2024, arXiv 2403.17919) on adapters instead of whole layers. */
@Doc(
    "Adapt all layers and train a few of them at a time, redrawn every few steps (LISA,"
        + " arXiv 2403.17919). This is its LoRA variant: the adapters of the drawn layers and"
        + " the head are trained; embeddings stay frozen. A layer's optimiser state is kept"
        + " until the layer is drawn again.")
public final class LisaSelector extends UncomputedSelector {

  private static final String NAME = "lisa";

  private final LisaOptions options;
  private final Seeds seeds;

  @Inject
  LisaSelector(LisaOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    Candidates candidates = new Candidates(options.candidates());
    int together = new LayerCount(options.layers()).in(NAME, bounds);
    int available = candidates.in(NAME, bounds).size();
    if (together < 1 || together > available) {
      throw new IncompatibleOptionException(
          "layers",
          ("selector lisa is to train %d layers at a time, but has %d to draw from; write layers:"
                  + " 1 to %d")
              .formatted(together, available, available));
    }
    return candidates.selection(NAME, bounds, layer -> (double) together / available);
  }

  /** Every {@code interval} steps, each set of so many layers is equally likely. */
  @Override
  public Optional<TrainingSchedule> schedule(Selection selection) {
    int together = Candidates.together(selection);
    return Optional.of(
        TrainingSchedule.ofLayers(
            step ->
                Draws.uniform(
                    seeds.stream(NAME, step / options.interval()), selection.layers(), together),
            options.restartOptimiser() ? Restart.RETURNING_LAYERS : Restart.NOTHING));
  }
}
