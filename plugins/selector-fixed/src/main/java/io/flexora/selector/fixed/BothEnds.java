package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Measured;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.stream.IntStream;

/** The layers next to the input and those next to the output, as learnt choices often are. */
@Doc("Choose half of the layers at the input and half at the output; of an odd number, more there.")
@Measured(
    "In mean accuracy over four tasks, on an encoder of 12 layers, 3 of them were 1.3 "
        + "points below 3 random ones (1.1 to 1.6) with 1,280 examples seen once, and 2.6 "
        + "points below them (0.9 to 4.3) with 256 seen ten times (manual, page study).")
public final class BothEnds extends UncomputedSelector {

  private final CountOptions options;

  @Inject
  BothEnds(CountOptions options) {
    this.options = options;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    int layers = bounds.shape().layers();
    int count = options.count("both-ends", bounds);
    int first = count / 2;
    return Selection.of(
        IntStream.range(0, layers)
            .filter(layer -> layer < first || layer >= layers - (count - first))
            .boxed()
            .toList());
  }
}
