package io.flexora.selector.pruned;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * An order in which parts are dropped.
 *
 * @param bestFirst all parts, that which is dropped last first
 * @param scores a score of each part, in the order of the parts; empty for none
 * @param gates the multipliers that were found with it; empty where what is kept stays as it is
 */
record PruningOrder(List<Integer> bestFirst, List<Double> scores, Optional<PenalisedGates> gates) {

  private PruningOrder(List<Integer> bestFirst, List<Double> scores) {
    this(bestFirst, scores, Optional.empty());
  }

  /** By multipliers that a growing penalty drives to zero: the last one to reach it first. */
  static PruningOrder byGates(PenalisedGates gates) {
    PruningOrder order = byScore(gates.means());
    return new PruningOrder(order.bestFirst(), order.scores(), Optional.of(gates));
  }

  /** The multipliers of all parts where some are kept: 0 for the others. */
  double[] multipliers(List<Integer> kept) {
    if (gates.isPresent()) {
      return gates.get().of(kept);
    }
    double[] multipliers = new double[bestFirst.size()];
    kept.forEach(part -> multipliers[part] = 1);
    return multipliers;
  }

  /** The highest score first; of equals the lower part. */
  static PruningOrder byScore(List<Double> scores) {
    return new PruningOrder(by(scores.size(), part -> -scores.get(part)), scores);
  }

  private static List<Integer> by(int parts, IntToDoubleFunction rank) {
    return IntStream.range(0, parts)
        .boxed()
        .sorted(Comparator.comparingDouble(rank::applyAsDouble))
        .toList();
  }

  /** The largest singular values, or Frobenius norms of the products, first. */
  static PruningOrder bySpectra(PrunableParts parts, Map<AdapterSite, double[]> spectra) {
    List<Double> scores = new ArrayList<>();
    for (GateIndex.Gate gate : parts.gates().gates()) {
      double squares = 0;
      for (Map.Entry<AdapterSite, double[]> of : spectra.entrySet()) {
        if (gate.multiplies(of.getKey().layer(), of.getKey().module())) {
          squares += squares(gate, of.getValue());
        }
      }
      scores.add(Math.sqrt(squares));
    }
    return byScore(scores);
  }

  private static double squares(GateIndex.Gate gate, double[] spectrum) {
    double squares = 0;
    for (int i = 0; i < spectrum.length; i++) {
      boolean own = gate.component().isEmpty() || gate.component().getAsInt() == i;
      squares += own ? spectrum[i] * spectrum[i] : 0;
    }
    return squares;
  }

  static PruningOrder random(PrunableParts parts, Seeds seeds) {
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, parts.size()).boxed().toList());
    Collections.shuffle(shuffled, new Random(seeds.derive("selector", "prune-trained", "order")));
    return new PruningOrder(shuffled, List.of());
  }

  /** By layers, the first ones of a list first. */
  private static PruningOrder ofLayers(PrunableParts parts, List<Integer> layers) {
    return new PruningOrder(by(parts.size(), part -> layers.indexOf(parts.layer(part))), List.of());
  }

  static PruningOrder first(PrunableParts parts) {
    return ofLayers(parts, layers(parts));
  }

  static PruningOrder last(PrunableParts parts) {
    List<Integer> reversed = new ArrayList<>(layers(parts));
    Collections.reverse(reversed);
    return ofLayers(parts, reversed);
  }

  /** Of k layers those from (n - k) / 2 on. */
  static PruningOrder middle(PrunableParts parts) {
    List<Integer> layers = new ArrayList<>();
    int n = parts.layers();
    for (int k = 1; k <= n; k++) {
      int from = (n - k) / 2;
      layers.add(layers.contains(from) ? from + k - 1 : from);
    }
    return ofLayers(parts, layers);
  }

  private static List<Integer> layers(PrunableParts parts) {
    return IntStream.range(0, parts.layers()).boxed().toList();
  }

  /** Everything is left out once: what raises the mean loss most comes first. */
  static PruningOrder backwardOnce(
      NDManager scope, PrunedTheta theta, PrunableParts parts, List<Integer> examples) {
    List<Integer> all = IntStream.range(0, parts.size()).boxed().toList();
    double whole = mean(theta.losses(scope, all, examples));
    return byScore(
        all.stream()
            .map(part -> mean(theta.losses(scope, without(all, part), examples)) - whole)
            .toList());
  }

  /** Tries the remaining parts again after each removal; a part's score is its rise then. */
  static PruningOrder backwardGreedy(
      NDManager scope, PrunedTheta theta, PrunableParts parts, List<Integer> examples) {
    List<Integer> left = IntStream.range(0, parts.size()).boxed().toList();
    double[] rises = new double[parts.size()];
    List<Integer> bestFirst = new ArrayList<>();
    double loss = mean(theta.losses(scope, left, examples));
    while (left.size() > 1) {
      int least = left.get(0);
      double lowest = Double.POSITIVE_INFINITY;
      for (int part : left) {
        double without = mean(theta.losses(scope, without(left, part), examples));
        if (without < lowest) {
          lowest = without;
          least = part;
        }
      }
      rises[least] = lowest - loss;
      loss = lowest;
      bestFirst.add(0, least);
      left = without(left, least);
    }
    bestFirst.add(0, left.get(0));
    rises[left.get(0)] = mean(theta.losses(scope, List.of(), examples)) - loss;
    return new PruningOrder(
        List.copyOf(bestFirst), IntStream.range(0, rises.length).mapToObj(i -> rises[i]).toList());
  }

  private static List<Integer> without(List<Integer> some, int part) {
    return some.stream().filter(other -> other != part).toList();
  }

  static double mean(double[] losses) {
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }
}
