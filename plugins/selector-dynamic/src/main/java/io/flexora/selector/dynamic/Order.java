package io.flexora.selector.dynamic;

import io.flexora.api.run.Seeds;
import java.util.List;
import java.util.stream.IntStream;

/** The order of blocks. */
public enum Order {
  /** From the input to the output. */
  ASCENDING {
    @Override
    int block(long turn, int blocks, int start, Seeds seeds) {
      return (int) ((start + turn) % blocks);
    }
  },
  /** From the output to the input. */
  DESCENDING {
    @Override
    int block(long turn, int blocks, int start, Seeds seeds) {
      return (int) Math.floorMod(start - turn, (long) blocks);
    }
  },
  /** In each sweep over the blocks in another random order. */
  RANDOM {
    @Override
    int block(long turn, int blocks, int start, Seeds seeds) {
      List<Integer> all = IntStream.range(0, blocks).boxed().toList();
      return Draws.shuffled(seeds.stream("badam", turn / blocks), all).get((int) (turn % blocks));
    }
  },
  /** Always the same. */
  FIXED {
    @Override
    int block(long turn, int blocks, int start, Seeds seeds) {
      return start;
    }
  };

  abstract int block(long turn, int blocks, int start, Seeds seeds);
}
