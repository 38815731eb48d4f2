package io.flexora.transformers.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.run.FlexoraException;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shares of tokens that are drawn are those of the softmax, within four standard errors. */
class TokenChoiceTest {

  private static final int DRAWS = 20_000;
  private static final double[] LOGITS = {0.3, 2.0, -1.5, 1.2, 2.0, -30};

  private static TokenChoice choice(double temperature, double topP) {
    return new TokenChoice(
        new Sampling(8, temperature, topP, 5, Set.of()), new SplittableRandom(17));
  }

  private static double[] shares(double temperature, double topP, double... logits) {
    TokenChoice choice = choice(temperature, topP);
    double[] shares = new double[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      shares[choice.of(logits)] += 1.0 / DRAWS;
    }
    return shares;
  }

  private static double[] softmax(double temperature, double... logits) {
    double[] shares = Arrays.stream(logits).map(l -> Math.exp(l / temperature)).toArray();
    double total = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(s -> s / total).toArray();
  }

  private static void assertDrawn(double[] found, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      double error = Math.sqrt(expected[i] * (1 - expected[i]) / DRAWS);
      assertThat(found[i]).as("token %d", i).isCloseTo(expected[i], within(4 * error + 1e-9));
    }
  }

  @Test
  void theLikeliestIsTakenWithoutATemperatureAndTheFirstOfEquals() {
    assertThat(choice(0, 1).of(LOGITS)).isEqualTo(1);
    assertThat(choice(0, 0.1).of(new double[] {-5, -6, -4})).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2.5})
  void tokensAreDrawnByTheirProbability(double temperature) {
    assertDrawn(shares(temperature, 1, LOGITS), softmax(temperature, LOGITS));
  }

  @Test
  void logitsThatWouldOverflowAreDrawnAsTheirDifferencesSay() {
    assertDrawn(shares(1, 1, 5000, 5000 - Math.log(3), 4000), new double[] {0.75, 0.25, 0});
  }

  @Test
  void aNucleusIsTheFewestTokensThatReachTheProbability() {
    double[] probabilities = {0.5, 0.1, 0.25, 0.15};
    double[] logits = Arrays.stream(probabilities).map(Math::log).toArray();

    assertDrawn(shares(1, 0.4, logits), new double[] {1, 0, 0, 0});
    assertDrawn(shares(1, 0.6, logits), new double[] {2.0 / 3, 0, 1.0 / 3, 0});
    assertDrawn(shares(1, 0.8, logits), new double[] {0.5 / 0.9, 0, 0.25 / 0.9, 0.15 / 0.9});
    assertDrawn(shares(1, 1, logits), probabilities);
  }

  @Test
  void theSameSeedDrawsTheSame() {
    TokenChoice first = choice(1, 0.9);
    TokenChoice second = choice(1, 0.9);
    for (int i = 0; i < 100; i++) {
      assertThat(second.of(LOGITS)).isEqualTo(first.of(LOGITS));
    }
  }

  @Test
  void scoresThatAreNoNumbersAreRefused() {
    assertThatThrownBy(() -> choice(1, 1).of(new double[] {0, Double.NaN}))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("its training has diverged");
  }
}
