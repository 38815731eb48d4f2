package io.flexora.task.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.data.Target;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.task.regression.RegressionOptions.Loss;
import io.flexora.task.regression.RegressionOptions.Scaling;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that are all equal, far from each other, or none. */
class ExtremeNumbersTest {

  private static RegressionOptions options(Scaling scaling) {
    return new RegressionOptions("text", Optional.empty(), "target", Loss.MSE, 1, scaling);
  }

  private static Example example(double number) {
    return Example.measured("row 1", "one", new Target.Numeric(number));
  }

  /** The mean of 36 times 0.46370479702320766 is less than that by 5.6e-17. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.46370479702320766, -7e9})
  void equalNumbersAreLearntInTheirUnit(double number) {
    RegressionHead head =
        RegressionHead.of(options(Scaling.STANDARD), Collections.nCopies(36, example(number)));
    assertThat(head.deviation()).isEqualTo(1);
    assertThat(head.target(example(number + 0.5))[0]).isBetween(0.49, 0.51);
  }

  @Test
  void aNumberThatCannotBeTrainedOnIsRefused() {
    RegressionHead head = RegressionHead.of(options(Scaling.NONE), List.of(example(1)));
    assertThat(Compatibility.of(found -> head.checkCompatibility(example(1e17), found)).fits())
        .isTrue();
    assertThat(Compatibility.of(found -> head.checkCompatibility(example(1e19), found)).fits())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "1e999", "1e200", "-1e101", ""})
  void aRowWithoutANumberIsRefusedByItsOrigin(String target) {
    RegressionTask task = new RegressionTask(options(Scaling.STANDARD));
    Row row = new Row("data.csv:2", Map.of("text", "one", "target", target));
    assertThatThrownBy(() -> task.examples(Map.of(Split.TRAIN, List.of(row))))
        .isInstanceOf(IncompatibleOptionException.class)
        .hasMessageContainingAll("data.csv:2", "target");
  }

  @Test
  void withoutRowsThereIsAHead() {
    RegressionTask task = new RegressionTask(options(Scaling.STANDARD));
    assertThat(task.examples(Map.of()).head().settings()).containsEntry("deviation", "1.0");
  }
}
