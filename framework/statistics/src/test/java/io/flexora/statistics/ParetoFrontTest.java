package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {

  @Test
  void keepsWhatNoOtherBeats() {
    List<ParetoFront.Point> choices =
        List.of(
            new ParetoFront.Point(0.9, 10), // the best
            new ParetoFront.Point(0.8, 5), // cheaper
            new ParetoFront.Point(0.7, 6), // beaten by the second
            new ParetoFront.Point(0.8, 6), // as good as the second, but dearer
            new ParetoFront.Point(0.5, 1), // the cheapest
            new ParetoFront.Point(0.4, 1)); // as cheap, but worse
    assertThat(ParetoFront.of(choices)).containsExactly(true, true, false, false, true, false);
  }

  @Test
  void equalsAreOnItTogether() {
    ParetoFront.Point one = new ParetoFront.Point(0.9, 10);
    assertThat(ParetoFront.of(List.of(one, one, new ParetoFront.Point(0.9, 11))))
        .containsExactly(true, true, false);
  }

  @Test
  void whatIsNotKnownNeitherBeatsNorIsOnIt() {
    assertThat(
            ParetoFront.of(
                List.of(
                    new ParetoFront.Point(Double.NaN, 0),
                    new ParetoFront.Point(0.1, 5),
                    new ParetoFront.Point(0.2, Double.NaN),
                    new ParetoFront.Point(Double.POSITIVE_INFINITY, 1))))
        .containsExactly(false, true, false, false);
    assertThat(ParetoFront.of(List.of())).isEmpty();
  }

  @Property(tries = 200)
  void isNotDominatedAndDominatesTheRest(
      @ForAll @Size(max = 12) List<@IntRange(max = 5) Integer> values,
      @ForAll @Size(12) List<@IntRange(max = 5) Integer> costs) {
    List<ParetoFront.Point> choices =
        IntStream.range(0, values.size())
            .mapToObj(i -> new ParetoFront.Point(values.get(i), costs.get(i)))
            .toList();
    List<Boolean> front = ParetoFront.of(choices);
    for (int i = 0; i < choices.size(); i++) {
      ParetoFront.Point one = choices.get(i);
      boolean beaten =
          IntStream.range(0, choices.size())
              .filter(front::get)
              .mapToObj(choices::get)
              .anyMatch(
                  other ->
                      !other.equals(one)
                          && other.value() >= one.value()
                          && other.cost() <= one.cost());
      assertThat(front.get(i)).isEqualTo(!beaten);
    }
  }
}
