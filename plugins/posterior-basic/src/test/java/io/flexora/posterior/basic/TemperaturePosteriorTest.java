package io.flexora.posterior.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.posterior.basic.TemperaturePosterior.Scored;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemperaturePosteriorTest {

  @Test
  void agreesWithTheReference() throws IOException {
    JsonNode reference;
    try (InputStream in = getClass().getResourceAsStream("calibration.json")) {
      reference = new ObjectMapper().readTree(in);
    }
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < reference.get("labels").size(); i++) {
      double[] scores = new double[4];
      for (int choice = 0; choice < scores.length; choice++) {
        scores[choice] = reference.get("scores").get(i).get(choice).doubleValue();
      }
      scored.add(new Scored(scores, reference.get("labels").get(i).intValue()));
    }
    assertThat(TemperaturePosterior.temperature(scored))
        .isCloseTo(reference.get("temperature").doubleValue(), within(1e-9));
  }

  /**
   * Two choices with one margin m, of which a share q is right: the temperature is m / logit(q).
   */
  @ParameterizedTest
  @CsvSource({"4, 80", "1, 60", "0.5, 99"})
  void hasTheClosedFormOfTwoChoices(double margin, int percentRight) {
    double share = percentRight / 100.0;
    assertThat(TemperaturePosterior.temperature(margins(margin, percentRight)))
        .isCloseTo(margin / Math.log(share / (1 - share)), within(1e-9));
  }

  /** What is always right would have any confidence, and what is right by chance none. */
  @ParameterizedTest
  @CsvSource({"100, 0.05", "50, 20", "10, 20"})
  void staysWithinItsRange(int percentRight, double expected) {
    assertThat(TemperaturePosterior.temperature(margins(2, percentRight))).isEqualTo(expected);
  }

  private static List<Scored> margins(double margin, int percentRight) {
    List<Scored> scored = new ArrayList<>();
    scored.addAll(Collections.nCopies(percentRight, new Scored(new double[] {margin, 0}, 0)));
    scored.addAll(Collections.nCopies(100 - percentRight, new Scored(new double[] {margin, 0}, 1)));
    return scored;
  }
}
