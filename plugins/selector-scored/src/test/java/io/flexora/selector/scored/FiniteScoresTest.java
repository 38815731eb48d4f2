package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.ScoringSelector;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiniteScoresTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final SelectionContext context = SelectionOnProblem.of(manager, 3, List.of(0));

  @AfterEach
  void close() {
    manager.close();
  }

  private static ScoringSelector scoring(List<Double> scores) {
    return new ScoringSelector("mine", "1") {
      @Override
      protected List<Double> scores(SelectionContext given) {
        return scores;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aScoreThatIsNoneIsRefusedWithItsSelectorAndItsLayer(double score) {
    assertThatThrownBy(() -> scoring(List.of(1.0, 2.0, score)).select(context))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector mine gives layer 2 the score " + score);
  }

  @Test
  void ofFiniteOnesTheHighestIsKept() {
    assertThat(scoring(List.of(1.0, 2.0, -3.0)).select(context).layers()).containsExactly(1);
  }
}
