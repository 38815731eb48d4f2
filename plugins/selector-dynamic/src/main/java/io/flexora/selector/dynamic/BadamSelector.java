package io.flexora.selector.dynamic;

import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Restart;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * BAdam (Luo et al. 2024, arXiv 2404.02827) on adapters instead of whole layers. A block that
 * follows itself, as a fixed one does, goes on with its optimiser state.
 */
@Doc(
    "Adapt all layers and train one block of them at a time, each with a fresh optimiser"
        + " (BAdam, arXiv 2404.02827). This is its LoRA variant: the adapters of the block's"
        + " layers and the head are trained.")
public final class BadamSelector extends UncomputedSelector {

  private static final String NAME = "badam";

  private final BadamOptions options;
  private final Seeds seeds;

  @Inject
  BadamSelector(BadamOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    Candidates candidates = new Candidates(options.candidates());
    List<Integer> layers = candidates.in(NAME, bounds);
    int blocks = options.blocks(layers.size());
    int start = options.start(layers.size());
    if (start >= blocks) {
      throw new IncompatibleOptionException(
          "start_block",
          "selector badam starts with block %d, but %d layers make the blocks 0 to %d"
              .formatted(start, layers.size(), blocks - 1));
    }
    boolean moves = options.order() != Order.FIXED;
    List<Integer> first = block(layers, 0);
    return candidates.selection(
        NAME, bounds, layer -> moves ? 1.0 / blocks : first.contains(layer) ? 1 : 0);
  }

  @Override
  public Optional<TrainingSchedule> schedule(Selection selection) {
    return Optional.of(
        TrainingSchedule.ofLayers(
            step -> block(selection.layers(), step), Restart.RETURNING_LAYERS));
  }

  /** The block of a step. Neighbouring layers are a block; the last one may have fewer. */
  private List<Integer> block(List<Integer> layers, long step) {
    int size = options.blockLayers();
    int blocks = options.blocks(layers.size());
    int start = options.start(layers.size());
    long turn = step / options.switchInterval();
    int from = options.order().block(turn, blocks, start, seeds) * size;
    return layers.subList(from, Math.min(layers.size(), from + size));
  }
}
