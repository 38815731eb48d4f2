package io.flexora.selector.searched;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The apparent worth of a layer: the mean validation loss of the sets without it minus that of the
 * sets with it. All sets count by their first rung, where they were trained equally long; sets that
 * diverged do not. A layer that was in all sets, or in none, has no other side to differ from and
 * gets 0.
 */
final class LayerGains {

  private LayerGains() {}

  static List<Double> of(List<TrialResult> sets, int layers) {
    List<TrialResult> sound =
        sets.stream().filter(set -> Double.isFinite(set.losses().get(0))).toList();
    return IntStream.range(0, layers).mapToObj(layer -> gain(sound, layer)).toList();
  }

  private static double gain(List<TrialResult> sets, int layer) {
    OptionalDouble without = mean(sets, layer, false);
    OptionalDouble with = mean(sets, layer, true);
    return without.isPresent() && with.isPresent() ? without.getAsDouble() - with.getAsDouble() : 0;
  }

  private static OptionalDouble mean(List<TrialResult> sets, int layer, boolean present) {
    return sets.stream()
        .filter(set -> set.layers().contains(layer) == present)
        .mapToDouble(set -> set.losses().get(0))
        .average();
  }
}
