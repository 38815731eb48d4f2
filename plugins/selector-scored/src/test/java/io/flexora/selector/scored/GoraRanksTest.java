package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.selector.scored.GoraOptions.FeaturesFunc;
import io.flexora.selector.scored.GoraOptions.Importance;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of two layers whose importances are 1 and 7, 12 and 4: a part of the narrow module has 4
 * parameters and one of the wide module 8, so that rank 4 of all has 96.
 */
class GoraRanksTest {

  private static final int EXAMPLES = 3;
  private static final int LOWEST = 2;
  private static final int HIGHEST = 6;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private Selection select(Importance importance, Optional<Integer> reference, int together) {
    GoraOptions options =
        new GoraOptions(
            importance, EXAMPLES, reference, FeaturesFunc.IDENTITY, LOWEST, HIGHEST, together);
    PlainMatrices layers = new PlainMatrices(manager, new double[] {0.5, 3.5}, new double[] {6, 2});
    return new GoraSelector(options, new Seeds(1)).select(layers);
  }

  private static List<Integer> ranks(Selection found) {
    return found.modules().stream().map(ChosenModule::rank).map(r -> r.orElseThrow()).toList();
  }

  private static void assertImportances(Selection found, String module, double... expected) {
    List<Double> importances = found.moduleScores().get("importance").get(module);
    assertThat(importances).hasSize(expected.length);
    for (int layer = 0; layer < expected.length; layer++) {
      assertThat(importances.get(layer)).isCloseTo(expected[layer], within(1e-12));
    }
  }

  /** Of the mean gradient, and element by element: the signs of the weights cancel out in a sum. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theMeanOfWeightsTimesGradientsIsTheImportance(int together) {
    Selection found = select(Importance.MEAN, Optional.empty(), together);

    assertImportances(found, "narrow", 1, 12);
    assertImportances(found, "wide", 7, 4);
    // Shares of 4, 28, 48 and 16 parameters pay for 1, 3 (and a half), 12 and 2.
    assertThat(ranks(found)).containsExactly(LOWEST, 3, HIGHEST, 2);
  }

  @Test
  void whatABoundOrARemainderLeavesIsNotGivenOutAgain() {
    List<Integer> ranks = ranks(select(Importance.MEAN, Optional.empty(), 2));

    assertThat(4 * ranks.get(0) + 8 * ranks.get(1) + 4 * ranks.get(2) + 8 * ranks.get(3))
        .isEqualTo(72)
        .isLessThan(96);
  }

  /** Shares of 3, 36, 36 and 21 parameters. */
  @Test
  void theFrobeniusNormGivesMoreToWideModules() {
    Selection found = select(Importance.FROBENIUS, Optional.empty(), 1);

    assertImportances(found, "narrow", 2, 24);
    assertImportances(found, "wide", 7 * Math.sqrt(12), 4 * Math.sqrt(12));
    assertThat(ranks(found)).containsExactly(LOWEST, 4, HIGHEST, 2);
  }

  /** Two modules of the same importance share 29 parameters; 14.5 are 14, which pay for 4 ranks. */
  @Test
  void halvesAreRoundedToTheEvenNumber() {
    assertThat(ranksOf(FeaturesFunc.IDENTITY, Optional.of(1), 1, 2, 13, 13)).containsExactly(4, 1);
  }

  /**
   * Of 9 and 25 inputs and outputs, at rank 4. Identity: 68 each, for 68 / 9 and 68 / 25 ranks.
   * Square roots: 4 (3 + 5) / 2 = 16 each, for 16 / 3 and 16 / 5. Logarithms: 4 (2.3026 + 3.2581) /
   * 2 = 11.12, rounded to 11, for 11 / 2.3026 and 11 / 3.2581.
   */
  @Test
  void aRankTakesWhatTheFunctionOfInputsAndOutputsSays() {
    assertThat(ranksOf(FeaturesFunc.IDENTITY, Optional.empty(), 4, 5, 12, 13))
        .containsExactly(7, 2);
    assertThat(ranksOf(FeaturesFunc.SQRT, Optional.empty(), 4, 5, 12, 13)).containsExactly(5, 3);
    assertThat(ranksOf(FeaturesFunc.LOG1P, Optional.empty(), 4, 5, 12, 13)).containsExactly(4, 3);
  }

  /** The ranks of two modules of one layer by their inputs and outputs. */
  private List<Integer> ranksOf(
      FeaturesFunc function,
      Optional<Integer> reference,
      int inputs,
      int outputs,
      int otherInputs,
      int otherOutputs) {
    List<ModuleShape> modules =
        List.of(
            new ModuleShape("one", "layer.%d.one", inputs, outputs),
            new ModuleShape("other", "layer.%d.other", otherInputs, otherOutputs));
    GoraOptions options = new GoraOptions(Importance.MEAN, EXAMPLES, reference, function, 1, 32, 1);
    PlainMatrices layers = new PlainMatrices(manager, modules, new double[] {0.5, 0.5});
    return ranks(new GoraSelector(options, new Seeds(1)).select(layers));
  }

  /** Shares of 8, 56, 96 and 32 parameters. */
  @Test
  void anotherReferenceRankHasAnotherBudget() {
    assertThat(ranks(select(Importance.MEAN, Optional.of(8), 2)))
        .containsExactly(LOWEST, HIGHEST, HIGHEST, 4);
  }
}
