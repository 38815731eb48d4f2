package io.flexora.selector.dynamic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Learns the importance I of the layers, from 0: before every 10th step, 3 distinct sets S of half
 * of the layers are drawn with the weights sigma(I), what their adapters add is multiplied by 0.25,
 * and the reward of a set is {@code exp(-loss)} less its mean over the sets. For the layers of a
 * set, {@code I += 10 reward p (1 - p)} with p = sigma(I) as it was before. Where a set costs
 * little, its layers' I rises, and they are trained less often.
 */
record IstSchedule(IstOptions options, ImportanceDraw draw) implements TrainingSchedule {

  /** Redrawing ends here where there are fewer likely sets than probes. */
  private static final int ATTEMPTS = 1000;

  @Override
  public Known start(NDManager scope, List<ParameterPlace> places, NDArray theta) {
    return Known.of(draw.start());
  }

  @Override
  public Turn before(NDManager scope, Moment at, Probe probe) {
    List<Double> importance = learn(at.step(), at.known().numbers(), probe);
    return Turn.of(Known.of(importance)).training(draw.trained(at.step(), importance));
  }

  /** The importance from a step on, from what it was before. */
  List<Double> learn(long step, List<Double> known, Probe probe) {
    if (step == 0 || step % options.updateInterval() != 0 || options.updateRate() == 0) {
      return known;
    }
    List<List<Integer>> sets = sets(step, known);
    List<Double> losses = new ArrayList<>();
    for (List<Integer> set : sets) {
      Map<Integer, Double> scales = new TreeMap<>();
      set.forEach(layer -> scales.put(layer, options.suppression()));
      losses.add(probe.loss(step / options.updateInterval() - 1, options.probeExamples(), scales));
    }
    return updated(known, sets, rewards(losses));
  }

  /** The sets of layers to suppress, distinct where there are as many. */
  List<List<Integer>> sets(long step, List<Double> known) {
    SplittableRandom random = draw.seeds().stream("ist", "suppressed", step);
    List<List<Integer>> sets = new ArrayList<>();
    for (int i = 0; i < ATTEMPTS && sets.size() < options.probes(); i++) {
      List<Integer> set = draw.suppressed(random, known, options.suppressedLayers());
      if (!sets.contains(set)) {
        sets.add(set);
      }
    }
    return sets;
  }

  /** What each loss is worth; these sum to 0. */
  static List<Double> rewards(List<Double> losses) {
    double mean = losses.stream().mapToDouble(loss -> Math.exp(-loss)).average().orElseThrow();
    return losses.stream().map(loss -> Math.exp(-loss) - mean).toList();
  }

  /** The importance after the rewards of these sets. */
  List<Double> updated(List<Double> importance, List<List<Integer>> sets, List<Double> rewards) {
    List<Double> updated = new ArrayList<>(importance);
    for (int k = 0; k < sets.size(); k++) {
      for (int layer : sets.get(k)) {
        int i = draw.layers().indexOf(layer);
        double p = ImportanceDraw.sigmoid(importance.get(i));
        updated.set(i, updated.get(i) + options.updateRate() * rewards.get(k) * p * (1 - p));
      }
    }
    return updated;
  }
}
