package io.flexora.selector.dynamic;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.List;
import java.util.Optional;

/** The options of {@code badam}; names and defaults are those of LLaMA-Factory. */
public record BadamOptions(
    @Option(doc = "layers of a block", byDefault = "1", min = 1) int blockLayers,
    @Option(
            doc = "steps between switches to another block",
            byDefault = "50",
            min = 1,
            aliases = "badam_switch_interval")
        int switchInterval,
    @Option(
            doc = "order of the blocks: ascending, descending, random or fixed",
            byDefault = "ascending",
            aliases = {"switch_mode", "badam_switch_mode"})
        Order order,
    @Option(
            doc =
                "index of the first block to train, from 0. Default: 0, or the last block if"
                    + " the order is descending; not for random",
            min = 0,
            aliases = "badam_start_block")
        Optional<Integer> startBlock,
    @Option(doc = Candidates.DOC, byDefault = "[]", min = 0) List<Integer> candidates) {

  /**
   * Checks the layers.
   *
   * @throws IllegalArgumentException if a layer is written twice, or a start in a random order
   */
  public BadamOptions {
    candidates = new Candidates(candidates).written();
    if (order == Order.RANDOM && startBlock.isPresent()) {
      throw OptionException.of(
          "start_block",
          "start_block: a random order starts anywhere; leave start_block out, or write order:"
              + " ascending");
    }
  }

  /** The number of blocks that so many layers make. */
  int blocks(int layers) {
    return (layers + blockLayers - 1) / blockLayers;
  }

  /** The block to start with. */
  int start(int layers) {
    return startBlock.orElse(order == Order.DESCENDING ? blocks(layers) - 1 : 0);
  }
}
