package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.selector.scored.measure.WeightedDraw;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class WeightedDrawTest {

  /**
   * Two of three layers with 1/2, 1/3 and 1/6: layer 0 is among them with 1/2 + 1/3 * 3/4 + 1/6 *
   * 3/5 = 0.85, layer 2 with 1/6 + 1/2 * 1/3 + 1/3 * 1/4 = 5/12.
   */
  @Test
  void drawsOneAfterTheOtherWithoutReplacement() {
    WeightedDraw draw = new WeightedDraw(List.of(1 / 2.0, 1 / 3.0, 1 / 6.0));
    SplittableRandom random = new SplittableRandom(5);
    int draws = 40_000;
    int first = 0;
    int last = 0;
    for (int i = 0; i < draws; i++) {
      List<Integer> two = draw.draw(random, 2);
      first += two.contains(0) ? 1 : 0;
      last += two.contains(2) ? 1 : 0;
    }
    // Four standard deviations.
    assertThat((double) first / draws).isCloseTo(0.85, within(0.0072));
    assertThat((double) last / draws).isCloseTo(5 / 12.0, within(0.0099));
    assertThat(draw.inclusion(2).get(0)).isCloseTo(0.85, within(1e-4));
    assertThat(draw.inclusion(2).get(2)).isCloseTo(5 / 12.0, within(1e-4));
  }

  /** As LISA draws them. */
  @Test
  void equalWeightsGiveEverySetOfLayersTheSameChance() {
    WeightedDraw draw = new WeightedDraw(List.of(0.25, 0.25, 0.25, 0.25));
    SplittableRandom random = new SplittableRandom(5);
    int draws = 6000;
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < draws; i++) {
      counts.merge(draw.draw(random, 2).toString(), 1, Integer::sum);
    }

    double expected = draws / 6.0;
    double chiSquare =
        counts.values().stream().mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    assertThat(counts).hasSize(6);
    // The 99.9th percentile of the chi-square distribution of 5 degrees of freedom.
    assertThat(chiSquare).isLessThan(20.52);
  }

  /** Whose keys would be infinite. */
  @Test
  void layersOfAlmostNoWeightAreDrawnBeforeThoseOfNone() {
    WeightedDraw draw = new WeightedDraw(List.of(0.0, Double.MIN_VALUE, 1.0));
    assertThat(draw.draw(new SplittableRandom(5), 2)).containsExactly(1, 2);
  }

  @Test
  void layersWithoutWeightAreDrawnLast() {
    WeightedDraw draw = new WeightedDraw(List.of(0.0, 1e-12, 0.0, 1 - 1e-12));
    SplittableRandom random = new SplittableRandom(5);
    int first = 0;
    for (int i = 0; i < 1000; i++) {
      List<Integer> three = draw.draw(random, 3);
      assertThat(three).contains(1, 3);
      first += three.contains(0) ? 1 : 0;
    }
    assertThat(first).isBetween(437, 563);
    assertThat(draw.inclusion(3)).containsExactly(0.5, 1.0, 0.5, 1.0);
  }

  @Test
  void theProbabilitiesOfAllLayersSumToTheSizeOfTheDraw() {
    List<Double> weights = DoubleStream.of(9, 7, 0.01, 3, 0, 1, 1, 0.5).boxed().toList();
    for (int count = 0; count <= weights.size(); count++) {
      double sum = new WeightedDraw(weights).inclusion(count).stream().mapToDouble(p -> p).sum();
      assertThat(sum).isCloseTo(count, within(1e-3));
    }
  }

  /** A layer of share 0.135 of 32, five of which are drawn, whose others are alike. */
  @Test
  void aLargeShareIsDrawnLessOftenThanTheSizeOfTheDrawTimesIt() {
    List<Double> weights =
        DoubleStream.concat(
                DoubleStream.of(0.135), DoubleStream.generate(() -> 0.865 / 31).limit(31))
            .boxed()
            .toList();
    double without = 1;
    double left = 1;
    for (int drawn = 0; drawn < 5; drawn++) {
      without *= 1 - 0.135 / left;
      left -= 0.865 / 31;
    }
    assertThat(new WeightedDraw(weights).inclusion(5).get(0))
        .isCloseTo(1 - without, within(1e-4))
        .isLessThan(5 * 0.135);
  }
}
