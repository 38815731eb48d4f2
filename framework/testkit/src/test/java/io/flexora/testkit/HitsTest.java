package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.testkit.fixture.problem.PlantedLayers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HitsTest {

  private static final PlantedLayers PLANTED = new PlantedLayers(8, List.of(1, 4, 6), 0);

  /** Sums of hypergeometric numbers by scipy.stats.hypergeom and numpy.convolve. */
  @Test
  void chanceIsWhatScipySays() {
    Hits three = Hits.none();
    for (int i = 0; i < 10; i++) {
      three = three.with(PLANTED, i == 0 ? List.of(0, 1, 2) : List.of(0, 4, 6));
    }
    assertThat(three.hits()).isEqualTo(19);
    assertThat(three.expected()).isCloseTo(11.25, within(1e-12));
    assertThat(three.probability()).isCloseTo(6.013204959468455e-4, within(1e-15));

    Hits one = Hits.none();
    for (int i = 0; i < 10; i++) {
      one = one.with(PLANTED, List.of(i < 8 ? 4 : 5));
    }
    assertThat(one.probability()).isCloseTo(7.84576311707498e-3, within(1e-14));
  }

  /** As above, where each problem has another number of chosen layers; 20 hits. */
  @Test
  void chanceIsThatOfTheNumbersThatWereChosen() {
    Hits hits = Hits.none();
    List<Integer> best = List.of(1, 4, 6, 0, 2, 3, 5, 7);
    for (int count = 0; count < 9; count++) {
      List<Integer> choice =
          count == 8 ? best : count == 3 ? List.of(1, 4, 0) : best.subList(0, count);
      hits = hits.with(PLANTED, choice);
    }
    assertThat(hits.hits()).isEqualTo(20);
    assertThat(hits.chosen()).isEqualTo(36);
    assertThat(hits.probability()).isCloseTo(6.897640858115296e-5, within(1e-16));
  }

  @Test
  void allOrNoneHitNoMoreThanChance() {
    Hits all = Hits.none().with(PLANTED, IntStream.range(0, 8).boxed().toList());
    assertThat(all.hits()).isEqualTo(3);
    assertThat(all.probability()).isCloseTo(1, within(1e-12));
    assertThat(Hits.none().with(PLANTED, List.of()).probability()).isCloseTo(1, within(1e-12));
  }

  @Test
  void theLayersThatMatterAreElsewhereInEachProblem() {
    assertThat(
            LongStream.range(0, 2000)
                .mapToObj(seed -> PlantedLayers.draw(5, 2, seed).layers())
                .collect(Collectors.groupingBy(layers -> layers, Collectors.counting())))
        .hasSize(10)
        .allSatisfy((layers, count) -> assertThat(count).isBetween(150L, 250L));
  }
}
