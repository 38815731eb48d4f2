package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Measured;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Layers drawn without replacement, each set of them equally likely. */
@Doc("Choose layers at random, by the seed of the run.")
@Measured("measured.csv")
public final class RandomLayers extends UncomputedSelector {

  private final CountOptions options;
  private final Seeds seeds;

  @Inject
  RandomLayers(CountOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    int count = options.count("random", bounds);
    SplittableRandom random = seeds.stream("selector", "random");
    List<Integer> left =
        new ArrayList<>(IntStream.range(0, bounds.shape().layers()).boxed().toList());
    while (left.size() > count) {
      left.remove(random.nextInt(left.size()));
    }
    return Selection.of(left);
  }
}
