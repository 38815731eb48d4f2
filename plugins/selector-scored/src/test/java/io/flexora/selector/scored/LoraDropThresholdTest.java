package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.layer.Ranking;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoraDropThresholdTest {

  private static final List<Integer> ALL = List.of(0, 1, 2, 3, 4, 5, 6, 7);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private Selection select(double threshold) {
    LoraDropOptions options =
        new LoraDropOptions(
            KeptLayers.reaching(threshold),
            false,
            LoraDropOptions.Modules.SEPARATE,
            2,
            8,
            3,
            ScoredSelectorsTest.sgd(),
            false);
    return new LoraDropSelector(options)
        .select(SelectionOnProblem.of(manager, ALL.size(), List.of(1, 4, 6)));
  }

  /** Where all layers are kept whole, what is trained is plain LoRA. */
  @Test
  void oneKeepsAllLayersWhole() {
    Selection all = select(1);
    assertThat(all.layers()).isEqualTo(ALL);
    assertThat(all.modules()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MIN_VALUE, 1e-13, 1e-9, 1e-3})
  void nextToNothingKeepsTheLayerWithTheLargestShare(double threshold) {
    Selection one = select(threshold);
    List<Double> shares = one.scores().get("lora_drop");
    assertThat(shares).hasSize(ALL.size());
    assertThat(one.layers()).isEqualTo(Ranking.highest(shares, 1));
  }
}
