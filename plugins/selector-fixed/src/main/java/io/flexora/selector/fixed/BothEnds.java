package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.stream.IntStream;

/** The layers next to the input and those next to the output, as learnt choices often are. */
@Doc("Choose half of the layers at the input and half at the output; of an odd number, more there.")
@Benchmarked("measured.csv")
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
