package io.flexora.numerics.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {

  @Test
  void theHighestAreKeptAndOfEqualOnesTheLower() {
    assertThat(Ranking.highest(List.of(1.0, 3.0, -2.0, 3.0, 1.0), 3)).containsExactly(0, 1, 3);
    assertThat(Ranking.highest(List.of(-1.0, -0.0, 0.0), 1)).containsExactly(1);
    assertThat(Ranking.highest(List.of(1.0, 2.0), 0)).isEmpty();
  }

  @Test
  void aScoreThatIsNoFiniteNumberHasNoRank() {
    for (double score : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Ranking.highest(List.of(1.0, 2.0, score), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("layer 2 has the score " + score);
    }
  }
}
