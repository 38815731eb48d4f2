package io.flexora.selector.dynamic;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.layer.LayerCount;
import java.util.List;

/** The options of {@code lisa}; the defaults are those of LMFlow's implementation. */
public record LisaOptions(
    @Option(
            doc =
                "number of layers trained at a time, or 'same': as many as the experiment's"
                    + " main selector chose or the comparison's budget requires",
            byDefault = "2",
            aliases = "lisa_activated_layers")
        String layers,
    @Option(
            doc = "steps between draws of layers",
            byDefault = "20",
            min = 1,
            aliases = "lisa_interval_steps")
        int interval,
    @Option(
            doc = "reset the optimiser state of a layer when it is drawn again",
            byDefault = "false")
        boolean restartOptimiser,
    @Option(doc = Candidates.DOC, byDefault = "[]", min = 0) List<Integer> candidates) {

  /**
   * Checks the layers.
   *
   * @throws IllegalArgumentException if there is no such number, or if a layer is written twice
   */
  public LisaOptions {
    new LayerCount(layers);
    candidates = new Candidates(candidates).written();
  }
}
