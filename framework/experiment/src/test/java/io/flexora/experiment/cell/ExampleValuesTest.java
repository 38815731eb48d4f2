package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.evaluate.Prediction;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExampleValuesTest {

  @Test
  void theErrorIsThatOfThePairedDifferences() {
    ExampleValues main = values(1, 1, 0, 1);
    ExampleValues other = values(1, 0, 0, 0);

    // Differences 0, 1, 0, 1: their standard deviation is sqrt(1 / 3), over the root of 4.
    assertThat(main.differenceError(other).getAsDouble())
        .isCloseTo(Math.sqrt(1.0 / 3) / 2, within(1e-15));
    assertThat(main.differenceError(main).getAsDouble()).isZero();
  }

  @Test
  void otherExamplesAreNotPaired() {
    assertThat(values(1, 0, 1).differenceError(values(1, 0))).isEmpty();
    assertThat(values(1).differenceError(values(0))).isEmpty();
  }

  @Test
  void aMetricThatIsNoMeanHasNoValues() {
    List<Prediction> predictions = predictions(1, 0);

    assertThat(ExampleValues.of(predictions, "accuracy", 0.5).byExample()).hasSize(2);
    assertThat(ExampleValues.of(predictions, "accuracy", 0.6).byExample()).isEmpty();
    assertThat(ExampleValues.of(predictions, "f1", 0.5).byExample()).isEmpty();
  }

  @Test
  void anExampleThatOccursTwiceCountsTwice() {
    Prediction once = new Prediction("a", 0, 0, List.of()).withMetrics(Map.of("accuracy", 1.0));
    Prediction again = once.withMetrics(Map.of("accuracy", 0.0));

    assertThat(ExampleValues.of(List.of(once, again), "accuracy", 0.5).byExample()).hasSize(2);
  }

  private static ExampleValues values(double... values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    return ExampleValues.of(predictions(values), "accuracy", mean);
  }

  private static List<Prediction> predictions(double... values) {
    return IntStream.range(0, values.length)
        .mapToObj(
            i ->
                new Prediction("example-" + i, 0, 0, List.of())
                    .withMetrics(Map.of("accuracy", values[i])))
        .toList();
  }
}
