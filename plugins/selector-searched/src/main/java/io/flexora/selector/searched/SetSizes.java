package io.flexora.selector.searched;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.LayerCount;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The candidates: sets of {@code min} to {@code max} of the model's layers.
 *
 * @param layers the layers of the model
 * @param min the fewest layers of a set
 * @param max the most layers of a set
 */
record SetSizes(int layers, int min, int max) {

  /** The sizes as they are written in options. */
  record SetSizeOptions(
      @Option(
              doc =
                  "number of layers of a set, or 'same': as many as the experiment's main"
                      + " selector chose or the comparison's budget requires. Default: same")
          Optional<String> layers,
      @Option(doc = "minimum number of layers of a set, in place of layers", min = 1)
          Optional<Integer> minLayers,
      @Option(doc = "maximum number of layers of a set, in place of layers", min = 1)
          Optional<Integer> maxLayers) {

    private static final String SAME = "same";

    /**
     * Checks the number of layers.
     *
     * @throws IllegalArgumentException if it is neither a number nor {@code same}, or contradicts
     *     the range
     */
    SetSizeOptions {
      layers.ifPresent(LayerCount::new);
      if (minLayers.isPresent() != maxLayers.isPresent()) {
        throw OptionException.missing(
            minLayers.isPresent() ? "max_layers" : "min_layers",
            minLayers.isPresent() ? "min_layers" : "max_layers",
            "min_layers and max_layers are the two ends of a range; write both, or layers alone");
      }
      if (minLayers.isPresent() && layers.isPresent()) {
        throw OptionException.of(
            "layers",
            "layers: %s and the range min_layers: %d to max_layers: %d exclude each other; write one"
                .formatted(layers.get(), minLayers.get(), maxLayers.orElseThrow()));
      }
      if (minLayers.isPresent() && minLayers.get() > maxLayers.orElseThrow()) {
        throw OptionException.of(
            "min_layers",
            "min_layers: %d is more than max_layers: %d"
                .formatted(minLayers.get(), maxLayers.get()));
      }
    }

    /** Whether others decide the size, so that it may not be known before the search. */
    boolean areSame() {
      return maxLayers.isEmpty() && layers.orElse(SAME).equals(SAME);
    }

    SetSizes in(String selector, SelectionBounds bounds) {
      int available = bounds.shape().layers();
      if (maxLayers.isEmpty()) {
        int count = new LayerCount(layers.orElse(SAME)).in(selector, bounds);
        return new SetSizes(available, count, count);
      }
      if (maxLayers.get() > available) {
        throw new IncompatibleOptionException(
            "max_layers",
            "selector %s has max_layers: %d, but the model has %d layers; write %d or less"
                .formatted(selector, maxLayers.get(), available, available));
      }
      return new SetSizes(available, minLayers.orElseThrow(), maxLayers.get());
    }
  }

  /** How many sets there are, or so many if there are more. */
  int sets(int limit) {
    BigInteger sum = BigInteger.ZERO;
    for (int size = min; size <= max; size++) {
      sum = sum.add(choose(size));
    }
    return sum.min(BigInteger.valueOf(limit)).intValueExact();
  }

  private BigInteger choose(int size) {
    BigInteger ways = BigInteger.ONE;
    for (int i = 0; i < size; i++) {
      ways = ways.multiply(BigInteger.valueOf(layers - i)).divide(BigInteger.valueOf(i + 1L));
    }
    return ways;
  }

  /** Draws a set: its size uniformly, then its layers. */
  List<Integer> draw(SplittableRandom random) {
    List<Integer> all = IntStream.range(0, layers).boxed().toList();
    return sample(all, random.nextInt(min, max + 1), random);
  }

  /** Draws some of these without replacement; in their order. */
  static List<Integer> sample(List<Integer> from, int count, SplittableRandom random) {
    List<Integer> left = new ArrayList<>(from);
    while (left.size() > count) {
      left.remove(random.nextInt(left.size()));
    }
    return List.copyOf(left);
  }
}
