package io.flexora.posterior.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.posterior.basic.TemperaturePosterior.Scored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of a temperature and of a mean of probabilities for any model. */
class CalibrationBaselinesTest {

  /** How often each choice is right, of questions with two to four choices. */
  private static final int[][] COUNTS = {{7, 3}, {5, 3, 2}, {1, 8, 1}, {5, 3, 1, 1}};

  /** Scores that are so many times the logarithms of how often the choices are right. */
  @ParameterizedTest
  @ValueSource(doubles = {3, 1, 0.25, 12})
  void aModelThatIsSoManyTimesTooSureHasThatTemperature(double factor) {
    List<Scored> scored = new ArrayList<>();
    for (int[] counts : COUNTS) {
      double[] scores = Arrays.stream(counts).mapToDouble(n -> factor * Math.log(n)).toArray();
      for (int label = 0; label < counts.length; label++) {
        scored.addAll(Collections.nCopies(counts[label], new Scored(scores, label)));
      }
    }
    assertThat(TemperaturePosterior.temperature(scored)).isCloseTo(factor, within(1e-9));
  }

  /** By Jensen's inequality, and strictly where members differ. */
  @Test
  void theMeanOfProbabilitiesIsLikelierThanItsMembersOnAverage() {
    SplittableRandom random = new SplittableRandom(19);
    for (int question = 0; question < 50; question++) {
      int choices = 2 + question % 4;
      List<double[]> members = new ArrayList<>();
      for (int member = 0; member < 5; member++) {
        members.add(random.doubles(choices, -4, 4).toArray());
      }
      double[] together = ChoiceProbabilities.logarithms(ChoiceProbabilities.mean(members));
      for (int label = 0; label < choices; label++) {
        int of = label;
        double apart =
            members.stream()
                .mapToDouble(scores -> -ChoiceProbabilities.logarithms(scores)[of])
                .average()
                .orElseThrow();
        assertThat(-together[label]).isLessThan(apart);
      }
    }
  }
}
