package io.flexora.comparison.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.plan.ComparisonPlan.CostOrigin;
import io.flexora.comparison.plan.ComparisonPlan.MeasuredCost;
import io.flexora.results.comparison.CellState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ComparisonPlanTest {

  private static ComparisonPlan plan(CellState state, int... seconds) {
    List<ComparisonPlan.CellPlan> cells = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      cells.add(
          new ComparisonPlan.CellPlan(
              new CellId("m", "t", "s", i + 1),
              state,
              OptionalInt.empty(),
              Optional.empty(),
              Optional.of(MeasuredCost.of(seconds[i], 1, CostOrigin.BENCHMARK)),
              Optional.empty()));
    }
    return new ComparisonPlan(cells, Duration.ZERO, Map.of());
  }

  @Test
  void cellsTakeThePlacesThatBecomeFree() {
    ComparisonPlan plan = plan(CellState.MISSING, 3, 1, 1, 4, 2);

    // One: all of them; two: 3 | 1 1, then 4 from 2 and 2 from 3; as many as there are: the
    // longest.
    assertThat(plan.together(1)).isEqualTo(Duration.ofSeconds(11));
    assertThat(plan.together(2)).isEqualTo(Duration.ofSeconds(6));
    assertThat(plan.together(5)).isEqualTo(Duration.ofSeconds(4));
    assertThat(plan.together(200)).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void whatIsDoneTakesNoPlace() {
    assertThat(plan(CellState.DONE, 3, 1).together(1)).isZero();
  }
}
