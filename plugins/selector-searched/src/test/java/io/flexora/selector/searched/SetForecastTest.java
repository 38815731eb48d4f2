package io.flexora.selector.searched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.selection.Selection.SearchEnd;
import io.flexora.numerics.layer.EarlyStopping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SetForecastTest {

  private static final int LAYERS = 8;
  private static final int SETS = 30;
  private static final double THRESHOLD = 0.1;

  private static TrialResult judged(List<Integer> layers, double loss) {
    return TrialResult.untried(layers).with(loss);
  }

  /** The distribution function of Student's t with an odd number of degrees of freedom. */
  private static double student(double t, int freedom) {
    double angle = Math.atan(t / Math.sqrt(freedom));
    double cosine = Math.cos(angle);
    double term = cosine;
    double sum = 0;
    for (int i = 1; i <= freedom - 2; i += 2) {
      sum += term;
      term *= cosine * cosine * (i + 1) / (i + 2);
    }
    return 0.5 + (angle + Math.sin(angle) * sum) / Math.PI;
  }

  /** Sets of one layer each, none of which another has. */
  private static List<TrialResult> apart(double... losses) {
    return IntStream.range(0, losses.length)
        .mapToObj(layer -> judged(List.of(layer), losses[layer]))
        .toList();
  }

  /**
   * Where sets have no layer in common, their losses are draws of one normal distribution, whatever
   * layers are worth: a loss to come has Student's t distribution around the mean of the others.
   */
  @Test
  void theProbabilityIsThatOfStudentsT() {
    double[] losses = {1.2, 0.8, 1.1, 0.95, 1.3, 0.7, 1.05, 0.9};
    double mean = Arrays.stream(losses).average().orElseThrow();
    double variance = Arrays.stream(losses).map(l -> (l - mean) * (l - mean)).sum() / 7;
    double width = Math.sqrt(variance * (1 + 1.0 / 8));
    double found =
        new SetForecast(apart(losses), 9).probabilityOfBetter(List.of(List.of(8))).orElseThrow();
    assertThat(found).isCloseTo(student((0.7 - mean) / width, 7), within(0.04));
  }

  @Test
  void knowsWhichLayersMatter() {
    List<TrialResult> sets = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(3);
    SetSizes sizes = new SetSizes(LAYERS, 3, 3);
    for (int i = 0; i < 20; i++) {
      List<Integer> set = sizes.draw(random);
      double loss = 1 - (set.contains(0) ? 0.3 : 0) + 0.01 * random.nextGaussian();
      sets.add(judged(set, loss));
    }
    SetForecast forecast = new SetForecast(sets, LAYERS);
    List<List<Integer>> without = unjudged(sets, 1);
    List<List<Integer>> with = unjudged(sets, 0);
    assertThat(forecast.probabilityOfBetter(without.subList(0, 1)).orElseThrow()).isLessThan(0.01);
    double ofOne = forecast.probabilityOfBetter(with.subList(0, 1)).orElseThrow();
    assertThat(ofOne).isGreaterThan(0.03);
    assertThat(forecast.probabilityOfBetter(with.subList(0, 2)).orElseThrow()).isGreaterThan(ofOne);
  }

  /** The sets of three layers with this one as the lowest that were not judged. */
  private static List<List<Integer>> unjudged(List<TrialResult> judged, int lowest) {
    List<List<Integer>> known = judged.stream().map(TrialResult::layers).toList();
    return IntStream.range(lowest + 1, LAYERS)
        .boxed()
        .flatMap(
            second ->
                IntStream.range(second + 1, LAYERS)
                    .mapToObj(third -> List.of(lowest, second, third)))
        .filter(set -> !known.contains(set))
        .toList();
  }

  @Test
  void aSetThatWasJudgedIsNotBetterWhenItComesAgain() {
    SetForecast forecast = new SetForecast(apart(1.2, 0.8, 1.1, 0.95, 1.3, 0.7), 9);
    List<Integer> best = List.of(5);
    List<Integer> other = List.of(6);
    assertThat(forecast.probabilityOfBetter(List.of(best))).hasValue(0);
    assertThat(forecast.probabilityOfBetter(List.of(other)).orElseThrow()).isGreaterThan(0.03);
    assertThat(forecast.probabilityOfBetter(List.of(best, other)))
        .isEqualTo(forecast.probabilityOfBetter(List.of(other)));
  }

  @Test
  void saysNothingOfTooFewAndNothingAboutSetsThatDiverged() {
    TrialResult diverged = judged(List.of(1), Double.NaN);
    List<TrialResult> three =
        List.of(judged(List.of(0), 1), judged(List.of(1), 2), judged(List.of(2), 3), diverged);
    List<List<Integer>> next = List.of(List.of(0, 2));
    assertThat(new SetForecast(three, 3).probabilityOfBetter(next)).isEmpty();
    List<TrialResult> four = new ArrayList<>(three);
    four.add(judged(List.of(0), 1.1));
    OptionalDouble without =
        new SetForecast(four.stream().filter(set -> !set.equals(diverged)).toList(), 3)
            .probabilityOfBetter(next);
    assertThat(new SetForecast(four, 3).probabilityOfBetter(next)).isEqualTo(without).isPresent();
  }

  /** Of the searches that end by themselves, few would have chosen another set in the end. */
  @Test
  void holdsWhatItPromises() {
    EarlyStopping stopping = new EarlyStopping(Optional.of(5), THRESHOLD);
    int ended = 0;
    int other = 0;
    long saved = 0;
    for (int seed = 0; seed < 200; seed++) {
      List<TrialResult> all = simulated(seed);
      for (int steps = 1; steps < SETS; steps++) {
        int now = steps;
        Optional<SearchEnd> end =
            stopping.end(
                now,
                SETS,
                "sets",
                step -> best(all.subList(0, step)),
                step ->
                    new SetForecast(all.subList(0, step), LAYERS)
                        .probabilityOfBetter(
                            all.subList(step, SETS).stream().map(TrialResult::layers).toList()),
                "");
        if (end.isPresent()) {
          ended++;
          saved += SETS - now;
          other += best(all.subList(0, now)).equals(best(all)) ? 0 : 1;
          break;
        }
      }
    }
    assertThat(ended).as("searches of 200 that ended by themselves").isGreaterThan(100);
    assertThat((double) saved / ended).as("sets that each saved").isGreaterThan(4);
    double allowed = THRESHOLD + 2 * Math.sqrt(THRESHOLD * (1 - THRESHOLD) / ended);
    assertThat((double) other / ended)
        .as("share that would have chosen another set")
        .isLessThan(allowed);
  }

  private static List<Integer> best(List<TrialResult> sets) {
    return sets.stream().min(TrialResult.BEST_FIRST).orElseThrow().layers();
  }

  /** Losses by layers of different worth, with noise. */
  private static List<TrialResult> simulated(int seed) {
    Random random = new Random(seed);
    double[] worth = random.doubles(LAYERS, 0, 0.2).toArray();
    SetSizes sizes = new SetSizes(LAYERS, 3, 3);
    SplittableRandom draws = new SplittableRandom(seed);
    Set<List<Integer>> sets = new LinkedHashSet<>();
    while (sets.size() < SETS) {
      sets.add(sizes.draw(draws));
    }
    return sets.stream()
        .map(
            set -> {
              double gain = set.stream().mapToDouble(layer -> worth[layer]).sum();
              return judged(set, 2 - gain + 0.03 * random.nextGaussian());
            })
        .toList();
  }
}
