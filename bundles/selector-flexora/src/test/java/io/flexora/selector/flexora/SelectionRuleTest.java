package io.flexora.selector.flexora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.plan.GateIndex;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelectionRuleTest {

  @Test
  void positiveKeepsAlphaAboveZero() {
    assertThat(choose(SelectionRule.POSITIVE, 0.1, -0.3, 0, 0.2)).containsExactly(0, 3);
  }

  @Test
  void aboveMeanDoesNotDependOnAShift() {
    assertThat(choose(SelectionRule.ABOVE_MEAN, 0.1, -0.3, 0, 0.2)).containsExactly(0, 3);
    assertThat(choose(SelectionRule.ABOVE_MEAN, -4.9, -5.3, -5, -4.8)).containsExactly(0, 3);
  }

  @Test
  void gateAboveOneAsksForMoreThanAboveMean() {
    assertThat(choose(SelectionRule.ABOVE_MEAN, 0.3, 2, -1, -1)).containsExactly(0, 1);
    assertThat(choose(SelectionRule.GATE_ABOVE_ONE, 0.3, 2, -1, -1)).containsExactly(1);
  }

  @Test
  void topKTakesTheLowerLayerOfEqualsAndAnswersInOrder() {
    assertThat(chooseTop(2, 0.5, 0.1, 0.5, 0.9)).containsExactly(0, 3);
    assertThat(chooseTop(3, 0, 0, 0, 0)).containsExactly(0, 1, 2);
    assertThat(chooseTop(4, 0, 3, 0, 1)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void topKKeepsNoneWhereNoneIsAskedFor() {
    assertThat(chooseTop(0, 0.5, 0.1)).isEmpty();
  }

  @Test
  void theLargestIsKeptWhereNoneIsChosen() {
    assertThat(choose(SelectionRule.POSITIVE, -0.3, -0.1, -0.1, -0.2)).containsExactly(1);
    assertThat(choose(SelectionRule.GATE_ABOVE_ONE, 0, 0, 0)).containsExactly(0);
  }

  /** A sum of equal numbers, divided by how many they are, may be less than they are. */
  @Test
  void ofEqualGatesNoneIsAboveTheirMean() {
    for (int layers = 1; layers <= 12; layers++) {
      double[] alpha = new double[layers];
      Arrays.fill(alpha, 0.7);
      assertThat(choose(SelectionRule.ABOVE_MEAN, alpha)).as("%d", layers).containsExactly(0);
      assertThat(gates(alpha).centred()).containsOnly(0.0);
    }
  }

  @Test
  void gatesSumToTheNumberOfLayersAndDoNotOverflow() {
    Gates gates = gates(1000.0, 999.0, -1000.0);

    assertThat(gates.gates().stream().mapToDouble(g -> g).sum()).isCloseTo(3, within(1e-12));
    assertThat(gates.gate(0) / gates.gate(1)).isCloseTo(Math.E, within(1e-12));
  }

  private static List<Integer> choose(SelectionRule rule, double... alpha) {
    return rule.choose(gates(alpha), Optional.empty());
  }

  private static List<Integer> chooseTop(int k, double... alpha) {
    return SelectionRule.TOP_K.choose(gates(alpha), Optional.of(k));
  }

  private static Gates gates(double... alpha) {
    return Gates.of(GateForm.SOFTMAX, GateIndex.ofLayers(alpha.length), alpha);
  }
}
