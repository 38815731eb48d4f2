package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.output.Palette;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.results.comparison.Tuning.Tuned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PlanTableTest {

  private static String text(Optional<Map<String, String>> ties) {
    Tuned tuned =
        new Tuned(
            "random",
            OptionalInt.of(8),
            OptionalDouble.empty(),
            0.5,
            List.of("trainer.learning_rate"),
            ties);
    ComparisonPlan plan =
        new ComparisonPlan(
            List.of(), Duration.ZERO, Map.of(), Optional.of(tuned), OptionalInt.empty());
    return String.join(" ", new PlanTable(plan).lines(new Palette(false), 80));
  }

  @Test
  void whichOptionsHaveTheValuesOfOthersIsSaidBehindWhatIsTuned() {
    assertThat(text(Optional.of(Map.of("strategies.a.rate", "trainer.learning_rate"))))
        .contains("Tuning of trainer.learning_rate by random: 50")
        .contains(
            " In each trial, strategies.a.rate has the value of trainer.learning_rate. Cells");
    assertThat(text(Optional.empty())).doesNotContain("In each trial");
  }
}
