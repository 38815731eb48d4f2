package io.flexora.numerics.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.plugin.OptionException;
import io.flexora.api.selection.Selection.SearchEnd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EarlyStoppingTest {

  private static final int STEPS = 12;

  private static List<Integer> positive(double[] scores) {
    return IntStream.range(0, scores.length).filter(i -> scores[i] > 0).boxed().toList();
  }

  private static List<Integer> bestTwo(double[] scores) {
    return Ranking.highest(Arrays.stream(scores).boxed().toList(), 2);
  }

  /** Scores of one layer. */
  private static List<double[]> of(int steps, IntToDoubleFunction score) {
    return IntStream.rangeClosed(0, steps)
        .mapToObj(t -> new double[] {score.applyAsDouble(t)})
        .toList();
  }

  /** Steps of the noise that go up and down in turn, of different sizes. */
  private static double zigzag(int step) {
    return step % 2 == 0 ? 0.1 * (step % 3) : 0.6 - 0.05 * (step % 5);
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

  /** Noise that goes up and down is not carried on: it has as many independent steps as steps. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 30, 400})
  void theProbabilityIsThatOfStudentsT(int remaining) {
    List<double[]> scores = of(STEPS, t -> 1.2 - 0.04 * t + zigzag(t));
    double drift = (scores.get(STEPS)[0] - scores.get(0)[0]) / STEPS;
    double squares = 0;
    for (int i = 0; i < STEPS; i++) {
      double apart = scores.get(i + 1)[0] - scores.get(i)[0] - drift;
      squares += apart * apart;
    }
    double variance = squares / (STEPS - 1);
    double mean = scores.get(STEPS)[0] + remaining * drift;
    double width = Math.sqrt(remaining + (double) remaining * remaining / STEPS);
    double expected = student(-mean / (width * Math.sqrt(variance)), STEPS - 1);

    double found =
        new ChoiceForecast(scores, STEPS)
            .probabilityOfChange(remaining, EarlyStoppingTest::positive)
            .orElseThrow();

    assertThat(found).isCloseTo(expected, within(4 * Math.sqrt(expected * (1 - expected) / 1000)));
    assertThat(expected).as("a probability that a wrong one can be told from").isGreaterThan(0.01);
  }

  @Test
  void studentsTIsThatOfTables() {
    assertThat(student(2.201, 11)).isCloseTo(0.975, within(1e-4));
    assertThat(student(-1.796, 11)).isCloseTo(0.05, within(1e-4));
  }

  /** Random walks with a drift, whose steps resemble the one before as momentum makes them. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9})
  void fewOfTheSearchesThatEndWouldHaveChosenOtherwise(double momentum) {
    EarlyStopping stopping = new EarlyStopping(Optional.of(8), 0.1);
    int ended = 0;
    int wrong = 0;
    long saved = 0;
    int planned = 40;
    for (int search = 0; search < 200; search++) {
      List<double[]> walk = walk(new Random(search), planned, momentum);
      for (int step = 8; step < planned; step++) {
        List<double[]> so = walk.subList(0, step + 1);
        if (stopping.end(so, planned, "steps", EarlyStoppingTest::bestTwo).isPresent()) {
          ended++;
          saved += planned - step;
          wrong += bestTwo(walk.get(step)).equals(bestTwo(walk.get(planned))) ? 0 : 1;
          break;
        }
      }
    }
    assertThat(ended).isGreaterThan(60);
    assertThat(saved).isGreaterThan(10L * ended);
    assertThat((double) wrong / ended).isLessThan(0.1 + 2 * Math.sqrt(0.1 * 0.9 / ended));
  }

  private static List<double[]> walk(Random random, int steps, double momentum) {
    double[] drift = random.doubles(5).map(d -> 0.3 * random.nextGaussian()).toArray();
    double[] noise = new double[drift.length];
    List<double[]> walk = new ArrayList<>(List.of(new double[drift.length]));
    for (int step = 0; step < steps; step++) {
      double[] next = walk.get(step).clone();
      for (int i = 0; i < next.length; i++) {
        noise[i] = momentum * noise[i] + (1 - momentum) * random.nextGaussian();
        next[i] += drift[i] + noise[i];
      }
      walk.add(next);
    }
    return walk;
  }

  @Test
  void aSearchWhoseChoiceHasSettledEndsAndSaysWhy() {
    List<double[]> scores = of(STEPS, t -> 0.5 * t + zigzag(t));

    SearchEnd end =
        new EarlyStopping(Optional.of(10), 0.05)
            .end(scores, 40, "outer steps", EarlyStoppingTest::positive)
            .get();

    assertThat(end.steps()).isEqualTo(12);
    assertThat(end.planned()).isEqualTo(40);
    assertThat(end.sentence())
        .startsWith("ended after 12 of 40 outer steps: the chosen set has been the same for 12")
        .matches(".* the probability of another one at the end is 0\\.00\\d, at most 0\\.05");
  }

  @Test
  void theReasonDoesNotDependOnTheMachinesLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      SearchEnd end =
          new EarlyStopping(Optional.of(10), 0.05)
              .end(12, 40, "sets", set -> "same", set -> OptionalDouble.of(0.0376), "with noise")
              .orElseThrow();
      assertThat(end.reason())
          .isEqualTo(
              "the chosen set has been the same for 12 sets, and with noise the probability of"
                  + " another one at the end is 0.038, at most 0.05");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aPatienceThatIsNeverReachedIsRefused() {
    EarlyStopping stopping = new EarlyStopping(Optional.of(50), 0.05);

    assertThatThrownBy(() -> stopping.requireReachable(40, "outer_steps: 40"))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "early_stopping_patience: 50 is never reached before the end of outer_steps: 40; write"
                + " 39 or less, or leave it out");
    assertThatThrownBy(() -> stopping.requireReachable(2, "outer_steps: 2"))
        .hasMessageEndingWith("outer_steps: 2; leave it out");
    assertThatCode(() -> stopping.requireReachable(51, "outer_steps: 51"))
        .doesNotThrowAnyException();
    assertThatCode(() -> EarlyStopping.OFF.requireReachable(1, "outer_steps: 1"))
        .doesNotThrowAnyException();
  }

  /** What is accepted ends a search whose scores have settled, and nothing else does. */
  @Test
  void aPatienceIsRefusedThatLeavesTooFewStepsToJudgeBy() {
    for (int planned = 1; planned <= 9; planned++) {
      for (int patience = 2; patience <= 9; patience++) {
        EarlyStopping any = new EarlyStopping(Optional.of(patience), 1);
        int steps = planned;
        boolean ends =
            IntStream.range(0, steps)
                .anyMatch(
                    step ->
                        any.end(of(step, t -> 1), steps, "steps", EarlyStoppingTest::positive)
                            .isPresent());
        Throwable refusal =
            catchThrowable(() -> any.requireReachable(steps, "outer_steps: " + steps));
        assertThat(refusal == null)
            .as("%d steps with a patience of %d are accepted", steps, patience)
            .isEqualTo(ends);
      }
    }
    EarlyStopping three = new EarlyStopping(Optional.of(3), 0.05);
    assertThatThrownBy(() -> three.requireReachable(6, "outer_steps: 6"))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "early_stopping_patience: 3 cannot end outer_steps: 6 early, as a forecast takes 4 to"
                + " judge by and would have 3; write 4 or more, or leave it out");
    assertThatThrownBy(() -> three.requireReachable(3, 3, "trials: 4"))
        .hasMessageEndingWith("would have 3; leave it out");
    assertThatCode(() -> three.requireReachable(Integer.MAX_VALUE, "outer_steps: 2147483647"))
        .doesNotThrowAnyException();
  }

  /** What a rule of patience alone would have ended, and wrongly. */
  @Test
  void aSetThatIsAboutToChangeIsNotSettledHoweverLongItHasStayedTheSame() {
    List<double[]> scores = of(30, t -> 4 - 0.1 * t + 0.1 * zigzag(t));
    EarlyStopping stopping = new EarlyStopping(Optional.of(5), 0.05);

    assertThat(stopping.end(scores, 60, "steps", EarlyStoppingTest::positive)).isEmpty();
    assertThat(stopping.end(scores, 33, "steps", EarlyStoppingTest::positive)).isPresent();
  }

  @Test
  void aSetThatHasJustChangedIsNotSettled() {
    List<double[]> scores = of(STEPS, t -> t < 9 ? -0.001 : 5 + t);
    EarlyStopping any = new EarlyStopping(Optional.of(4), 1);

    assertThat(any.end(scores, 40, "steps", EarlyStoppingTest::positive)).isPresent();
    assertThat(any.end(scores.subList(0, 12), 40, "steps", EarlyStoppingTest::positive)).isEmpty();
  }

  @Test
  void aSearchThatIsNotAskedToTakesAllOfItsSteps() {
    List<double[]> scores = of(STEPS, t -> t);

    assertThat(EarlyStopping.OFF.isOn()).isFalse();
    assertThat(EarlyStopping.OFF.end(scores, 40, "steps", EarlyStoppingTest::positive)).isEmpty();
    assertThat(
            new EarlyStopping(Optional.of(4), 1)
                .end(scores, STEPS, "steps", EarlyStoppingTest::positive))
        .as("at its planned end")
        .isEmpty();
    assertThat(
            new EarlyStopping(Optional.of(2), 1)
                .end(of(2, t -> t), 40, "steps", EarlyStoppingTest::positive))
        .as("with too few steps to tell a drift from noise")
        .isEmpty();
  }

  @Test
  void aSearchThatTookAllStepsDidNotEndEarly() {
    assertThatThrownBy(() -> new SearchEnd(40, 40, "outer steps", "it was over"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("40 of 40 outer steps");
  }
}
