package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Layers drawn without replacement, each set of them equally likely. */
@Doc("Choose layers at random, by the seed of the run.")
@Benchmarked("measured.csv")
public final class RandomLayers extends UncomputedSelector {

  private final RandomOptions options;
  private final Seeds seeds;

  @Inject
  RandomLayers(RandomOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  protected Selection choose(SelectionBounds bounds) {
    int count = new LayerCount(options.layers()).in("random", bounds);
    List<Integer> layers =
        new ArrayList<>(IntStream.range(0, bounds.shape().layers()).boxed().toList());
    if (options.balanced() && 0 < count && count < layers.size()) {
      return Selection.of(share(layers, count));
    }
    SplittableRandom random = seeds.stream("selector", "random");
    while (layers.size() > count) {
      layers.remove(random.nextInt(layers.size()));
    }
    return Selection.of(layers);
  }

  /**
   * This seed's share of a permutation that it has in common with its neighbours: of the layers to
   * choose or, where these are more than half, of those to leave out.
   */
  private List<Integer> share(List<Integer> layers, int count) {
    int part = Math.min(count, layers.size() - count);
    int seedsOfBlock = layers.size() / part;
    long ordinal = seeds.seed() - 1;
    long block = Math.floorDiv(ordinal, seedsOfBlock);
    int start = Math.floorMod(ordinal, seedsOfBlock) * part;
    List<Integer> permutation = new ArrayList<>(layers);
    Collections.shuffle(
        permutation, new Random(new Seeds(block).derive("selector", "random", count)));
    List<Integer> share = permutation.subList(start, start + part);
    if (part == count) {
      return share.stream().sorted().toList();
    }
    layers.removeAll(share);
    return layers;
  }
}
