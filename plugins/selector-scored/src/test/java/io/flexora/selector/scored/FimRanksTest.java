package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.RankShares.Place;
import io.flexora.testkit.fixture.MemoryCheckpoints;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FimRanksTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Three numbers of a layer have a gradient of its size times 1, 2, 4, .. in turns. */
  private Selection select(double... sizes) {
    return new FimSelector(new FimOptions(4, 8, Optional.of(5)))
        .select(
            new ForwardingContext(SelectionOnProblem.of(manager, sizes.length, List.of(0))) {

              @Override
              public Checkpoints checkpoints() {
                return new MemoryCheckpoints();
              }

              @Override
              public BilevelProblem problem(ProblemOptions options) {
                return new OtherProblem(super.problem(options)) {

                  @Override
                  public LossGradient trainingEvaluation(
                      NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
                    double[] gradient = new double[3 * sizes.length];
                    for (int i = 0; i < gradient.length; i++) {
                      gradient[i] = sizes[i / 3] * (1 << innerStep);
                    }
                    return new LossGradient(
                        0, 1, NativeArrays.of(scope, gradient), Optional.empty());
                  }
                };
              }
            });
  }

  /** The variance of 1, 2, 4 and 8 is 115 / 12. */
  @Test
  void theVarianceGrowsWithTheSquareOfAModulesShareInTheLoss() {
    Selection found = select(1, 2, 0);

    List<Double> variances = found.scores().get("variance");
    assertThat(variances.get(0)).isCloseTo(115 / 12.0, within(1e-12));
    assertThat(variances.get(1)).isCloseTo(4 * 115 / 12.0, within(1e-12));
    assertThat(variances.get(2)).isZero();
    // Of 15 ranks, the detached module has the lowest, and the others 14 in the ratio 1 to 4.
    assertThat(found.modules())
        .extracting(module -> module.rank().orElseThrow())
        .containsExactly(3, 11, 1);
    assertThat(found.modules()).extracting(ChosenModule::layer).containsExactly(0, 1, 2);
  }

  @Test
  void gradientsThatAreAlwaysTheSameSayNothing() {
    assertThatThrownBy(() -> select(0, 0))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector 'fim' finds the variance 0.0");
  }

  @Test
  void ranksFollowTheWeightsWithinTheBudget() {
    assertThat(RankShares.of(List.of(new Place(1, 10, 64), new Place(3, 10, 64)), 160))
        .containsExactly(4, 12);
    // The cap leaves more to the other, whose ranks cost twice as much.
    assertThat(RankShares.of(List.of(new Place(9, 10, 6), new Place(1, 20, 64)), 160))
        .containsExactly(6, 5);
    // 2.5 and 7.5 ranks: of equal remainders the first is rounded up.
    assertThat(RankShares.of(List.of(new Place(1, 1, 64), new Place(3, 1, 64)), 10))
        .containsExactly(3, 7);
    // Even the lowest ranks may be more than the budget, and no more can be given than the caps.
    assertThat(RankShares.of(List.of(new Place(1, 4, 8), new Place(0, 4, 8)), 3))
        .containsExactly(1, 1);
    assertThat(RankShares.of(List.of(new Place(1, 4, 8), new Place(2, 4, 8)), 1000))
        .containsExactly(8, 8);
  }
}
