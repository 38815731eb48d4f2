package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.HiddenChangeOptions.Keep;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HiddenChangeSelectorTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** The first batch has 2 tokens, the second 8: the mean of the batches' means would be others. */
  @Test
  void isTheMeanAngleOverTheTokensOfAllBatches() {
    Selection largest = select(Keep.LARGEST);

    List<Double> angles = largest.scores().get("hidden_change");
    assertThat(angles.get(0)).isCloseTo((2 * 0.1 + 8 * 0.2) / 10, within(1e-12));
    assertThat(angles.get(1)).isCloseTo((2 * 0.9 + 8 * 0.1) / 10, within(1e-12));
    assertThat(angles.get(2)).isCloseTo(0.2, within(1e-12));
    assertThat(largest.layers()).containsExactly(1, 2);
  }

  @Test
  void theSmallestCanBeKept() {
    assertThat(select(Keep.SMALLEST).layers()).containsExactly(0, 2);
  }

  private Selection select(Keep keep) {
    SelectionContext turning =
        new ForwardingContext(SelectionOnProblem.of(manager, 3, List.of(1))) {
          @Override
          public BilevelProblem problem(ProblemOptions options) {
            return new Turning(super.problem(options));
          }
        };
    return new HiddenChangeSelector(new HiddenChangeOptions("2", keep, 2, 8)).select(turning);
  }

  /** A model whose layers turn all tokens of a batch alike. */
  private static final class Turning extends OtherProblem implements LayerActivity.StepMeter {

    Turning(BilevelProblem problem) {
      super(problem);
    }

    @Override
    public LayerActivity activity(NDManager scope, long innerStep, NDArray theta) {
      return innerStep == 0
          ? new LayerActivity(2, List.of(), List.of(), List.of(2 * 0.1, 2 * 0.9, 2 * 0.2))
          : new LayerActivity(8, List.of(), List.of(), List.of(8 * 0.2, 8 * 0.1, 8 * 0.2));
    }
  }
}
