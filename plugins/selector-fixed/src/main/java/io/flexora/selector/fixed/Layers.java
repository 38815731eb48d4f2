package io.flexora.selector.fixed;

import io.flexora.api.selection.Selection;
import java.util.stream.IntStream;

/** Regular sets of layers. */
final class Layers {

  private Layers() {}

  static Selection range(int from, int to, int stride) {
    return Selection.of(
        IntStream.range(from, to).filter(layer -> (layer - from) % stride == 0).boxed().toList());
  }
}
