package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.measure.AdapterShares;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.testkit.fixture.problem.GatedProblem;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoraDropSelectorTest {

  /** Two layers of two modules: the adapters' squares, and those of the frozen modules. */
  private static final List<Double> SUMS = List.of(1.0, 30.0, 1.0, 10.0, 1.0, 30.0, 2.0, 2.0);

  private static final KeptLayers UNWRITTEN = new KeptLayers(Optional.empty(), Optional.empty());

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void separateSharesAreMeansOverModules() {
    // The first modules share 1 : 1, the second 3 : 1.
    assertShares(shares(false, false), 5 / 8.0, 3 / 8.0);
  }

  @Test
  void sharesOfALayerTogetherAreThoseOfItsSum() {
    assertShares(shares(false, true), 31 / 42.0, 11 / 42.0);
  }

  @Test
  void relativeSharesAreThoseOfTheSquaresOverTheFrozenOnes() {
    // The first modules share 2 : 1, the second 1 : 5; together it is 2 : 5.5.
    assertShares(shares(true, false), 5 / 12.0, 7 / 12.0);
    assertShares(shares(true, true), 4 / 15.0, 11 / 15.0);
  }

  private static void assertShares(List<Double> found, double first, double second) {
    assertThat(found).hasSize(2);
    assertThat(found.get(0)).isCloseTo(first, within(1e-15));
    assertThat(found.get(1)).isCloseTo(second, within(1e-15));
  }

  private static List<Double> shares(boolean relative, boolean together) {
    return new AdapterShares(relative, together).scores(SUMS, 1, SUMS.size() / 4);
  }

  /** The outputs are linear in theta here, as LoRA's are in B. */
  @Test
  void aMultipleOfAllAdaptersHasTheSameShares() {
    BilevelProblem problem = new GatedProblem(5, List.of(0, 3), 3);
    double[] theta = new Random(1).doubles(problem.parameters().size(), -1, 1).toArray();
    NDArray once = NativeArrays.of(manager, theta);
    AdapterShares measure = new AdapterShares(false, false);
    List<Double> shares = measure.scores(measure.of(manager, problem, 2, once), 1, problem.gates());
    List<Double> ofMultiple =
        measure.scores(measure.of(manager, problem, 2, once.mul(7)), 1, problem.gates());

    assertThat(shares.stream().mapToDouble(x -> x).sum()).isCloseTo(1, within(1e-12));
    for (int layer = 0; layer < 5; layer++) {
      assertThat(ofMultiple.get(layer)).isCloseTo(shares.get(layer), within(1e-12));
    }
  }

  @Test
  void sharesSumToOneAndDecideHowManyAreKept() {
    Selection half = new LoraDropSelector(options(KeptLayers.reaching(0.5))).select(planted());
    List<Double> shares = half.scores().get("lora_drop");

    assertThat(shares.stream().mapToDouble(x -> x).sum()).isCloseTo(1, within(1e-12));
    assertThat(half.layers().stream().mapToDouble(shares::get).sum()).isGreaterThanOrEqualTo(0.5);
    assertThat(half.layers()).hasSizeLessThan(4);
    assertThat(layers(KeptLayers.reaching(1))).hasSize(8);
    assertThat(layers(KeptLayers.of("5"))).hasSize(5);
    assertThat(layers(KeptLayers.of("same"))).hasSize(3);
    assertThat(layers(UNWRITTEN)).isEqualTo(layers(KeptLayers.reaching(0.9)));
  }

  private List<Integer> layers(KeptLayers kept) {
    return new LoraDropSelector(options(kept)).select(planted()).layers();
  }

  private SelectionContext planted() {
    return SelectionOnProblem.of(manager, 8, List.of(1, 4, 6));
  }

  @Test
  void aModelThatCannotBeLookedIntoIsRefused() {
    assertThatThrownBy(() -> new LoraDropSelector(options(UNWRITTEN)).select(closed()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(
            "selector lora-drop needs a model that can measure the activity of its layers")
        .hasMessageContaining("this model (gated) cannot");
    HiddenChangeOptions change =
        new HiddenChangeOptions("1", HiddenChangeOptions.Keep.LARGEST, 1, 8);
    assertThatThrownBy(() -> new HiddenChangeSelector(change).select(closed()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector hidden-change needs a model that can measure");
  }

  private SelectionContext closed() {
    return new Closed(SelectionOnProblem.of(manager, 3, List.of(1)));
  }

  private static LoraDropOptions options(KeptLayers kept) {
    return new LoraDropOptions(
        kept, false, LoraDropOptions.Modules.SEPARATE, 2, 8, 3, ScoredSelectorsTest.sgd(), false);
  }
}
