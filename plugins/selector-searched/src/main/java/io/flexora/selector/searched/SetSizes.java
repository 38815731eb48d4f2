package io.flexora.selector.searched;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.LayerCount;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which sets are candidates: those of {@code min} to {@code max} of the model's layers.
 *
 * @param layers the layers of the model
 * @param min the fewest layers of a set
 * @param max the most layers of a set
 */
record SetSizes(int layers, int min, int max) {

  /** The sizes as they are written in options. */
  record Written(Optional<String> layers, Optional<Integer> min, Optional<Integer> max) {

    /**
     * Checks that a number and a range do not contradict each other.
     *
     * @throws IllegalArgumentException if they do
     */
    Written {
      layers.ifPresent(LayerCount::new);
      if (min.isPresent() != max.isPresent()) {
        throw new IllegalArgumentException(
            "min_layers and max_layers are the two ends of a range; write both, or layers alone");
      }
      if (min.isPresent() && layers.isPresent()) {
        throw new IllegalArgumentException(
            "layers: %s and the range min_layers: %d to max_layers: %d exclude each other; write one"
                .formatted(layers.get(), min.get(), max.orElseThrow()));
      }
      if (min.isPresent() && min.get() > max.orElseThrow()) {
        throw new IllegalArgumentException(
            "min_layers: %d is more than max_layers: %d".formatted(min.get(), max.get()));
      }
    }

    SetSizes in(String selector, SelectionBounds bounds) {
      int available = bounds.shape().layers();
      if (max.isEmpty()) {
        int count = new LayerCount(layers.orElse("same")).in(selector, bounds);
        return new SetSizes(available, count, count);
      }
      if (max.get() > available) {
        throw new FlexoraException(
            "selector %s has max_layers: %d, but the model has %d layers; write %d or less"
                .formatted(selector, max.get(), available, available));
      }
      return new SetSizes(available, min.orElseThrow(), max.get());
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
