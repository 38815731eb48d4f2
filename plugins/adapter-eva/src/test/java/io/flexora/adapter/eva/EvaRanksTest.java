package io.flexora.adapter.eva;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * On two layers of one module with an adapter of rank 4, so that 8 ranks are shared out: the inputs
 * of layer 0 vary along eight directions alike, those of layer 1 along one or two.
 */
class EvaRanksTest {

  private static final int WIDTH = 16;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private final class Inputs extends ForwardingContext {

    private final int first;
    private final int second;

    /**
     * Makes inputs that vary along so many directions.
     *
     * @param first those of layer 0
     * @param second those of layer 1
     */
    Inputs(int first, int second) {
      super(SelectionOnProblem.of(manager, 2, List.of(0)));
      this.first = first;
      this.second = second;
    }

    @Override
    public void activations(
        List<List<Tokens>> batches, CountedTokens tokens, ActivationVisitor visitor) {
      for (int layer = 0; layer < 2; layer++) {
        AdapterSite site = new AdapterSite(layer, targets().get(0));
        try (NDManager own = manager.newSubManager()) {
          visitor.visit(own, site, rows(own, layer == 0 ? first : second));
        }
      }
    }
  }

  /** Sixteen rows: the unit vectors of so many directions in turns, once with each sign. */
  private static NDArray rows(NDManager owner, int directions) {
    double[] values = new double[2 * 8 * WIDTH];
    for (int pair = 0; pair < 8; pair++) {
      values[2 * pair * WIDTH + pair % directions] = 1;
      values[(2 * pair + 1) * WIDTH + pair % directions] = -1;
    }
    return NativeArrays.of(owner, values, new Shape(2 * 8, WIDTH));
  }

  private Selection select(Optional<Integer> reference, double rho) {
    return select(reference, rho, new Inputs(8, 1));
  }

  private static Selection select(Optional<Integer> reference, double rho, Inputs inputs) {
    EvaRankOptions options =
        new EvaRankOptions(reference, rho, new DirectionOptions(0.99, true, 4, 4), 1);
    return new EvaSelector(options, new Seeds(1)).select(inputs);
  }

  private static List<Integer> ranks(Selection found) {
    return found.modules().stream().map(ChosenModule::rank).map(r -> r.orElseThrow()).toList();
  }

  /** The one direction of layer 1 comes first, then those of layer 0 as far as there are ranks. */
  @Test
  void theRanksAreThoseOfTheLargestSharesAndTheirSumIsTheBudget() {
    Selection found = select(Optional.empty(), 2);

    assertThat(ranks(found)).containsExactly(7, 1);
    List<Double> first = found.scores().get("first_share");
    assertThat(first.get(0)).isCloseTo(1.0 / 8, within(1e-9));
    assertThat(first.get(1)).isCloseTo(1, within(1e-9));
  }

  /** Both directions of layer 1 come before any of layer 0. */
  @Test
  void aModuleWithoutAnyRankHasNoAdapter() {
    Selection found = select(Optional.of(1), 2, new Inputs(8, 2));

    assertThat(found.layers()).containsExactly(1);
    assertThat(ranks(found)).containsExactly(2);
  }

  @Test
  void aModuleHasAtMostRhoTimesTheRankThatIsSharedOut() {
    assertThat(ranks(select(Optional.empty(), 1.5))).containsExactly(6, 2);
  }

  /** 1.5 times 3 is 4, as PEFT rounds. */
  @Test
  void halvesAreRoundedToTheEvenNumber() {
    assertThat(ranks(select(Optional.of(3), 1.5))).containsExactly(4, 2);
    assertThat(ranks(select(Optional.of(5), 1.5))).containsExactly(8, 2);
  }

  @Test
  void withRhoOneAllRanksAreEqual() {
    assertThat(ranks(select(Optional.empty(), 1))).containsExactly(4, 4);
    assertThat(ranks(select(Optional.of(2), 1))).containsExactly(2, 2);
  }
}
