package io.flexora.trainer.losa.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.trainer.losa.prune.PruningOptions.Criterion;
import io.flexora.trainer.losa.prune.PruningOptions.RankedGroup;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixPruningTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  private static PruningOptions options(Criterion method, RankedGroup group, String pattern) {
    double sparsity = "2:6".equals(pattern) ? 2 / 3.0 : 0.5;
    return new PruningOptions(
        method, sparsity, group, Optional.ofNullable(pattern), List.of(), 1, 2, 1);
  }

  private MatrixPruning pruning(Criterion method, RankedGroup group, String pattern) {
    return new MatrixPruning(manager, options(method, group, pattern));
  }

  private NDArray random(long seed, int rows, int columns) {
    double[] values = new Random(seed).doubles((long) rows * columns, -1, 1).toArray();
    return manager.create(values, new Shape(rows, columns));
  }

  @Test
  void sparseGptAgreesWithInversesTakenAnewForEachColumn() throws IOException {
    JsonNode cases = Decoder.resource("sparsegpt.json");
    assertThat(cases).hasSize(3);
    for (JsonNode expected : cases) {
      int columns = expected.get("columns").asInt();
      NDArray weight = weight(expected.get("rows").asInt(), columns);
      String pattern = expected.get("pattern").isNull() ? null : expected.get("pattern").asText();
      MatrixPruning pruning = pruning(Criterion.SPARSEGPT, RankedGroup.ROW, pattern);
      NDArray products = pruning.noInputs(manager, columns, DataType.FLOAT64);
      NDArray inputs = inputs(expected.get("tokens").asInt(), columns);
      int half = (int) inputs.getShape().get(0) / 2;
      pruning.add(manager, products, inputs.get(":" + half));
      pruning.add(manager, products, inputs.get(half + ":"));
      MatrixPruning.PrunedMatrix found =
          pruning.prune(manager, weight, products, expected.get("sparsity").asDouble());
      boolean[] kept = found.kept().toBooleanArray();
      double[] values = found.weight().toDoubleArray();
      long sum = 0;
      int count = 0;
      double squares = 0;
      for (int i = 0; i < kept.length; i++) {
        sum += kept[i] ? 0 : i;
        count += kept[i] ? 1 : 0;
        squares += values[i] * values[i];
        assertThat(kept[i] || values[i] == 0).isTrue();
      }
      assertThat(count).isEqualTo(expected.get("kept").asInt());
      assertThat(sum).isEqualTo(expected.get("sum_of_pruned_flat_indices").asLong());
      assertThat(squares).isCloseTo(expected.get("squares").asDouble(), within(1e-9));
      for (int c = 0; c < columns; c++) {
        assertThat(values[values.length - columns + c])
            .isCloseTo(expected.get("last_row").get(c).asDouble(), within(1e-9));
      }
    }
  }

  private NDArray weight(int rows, int columns) {
    double[] w = new double[rows * columns];
    for (int i = 0; i < w.length; i++) {
      int o = i / columns + 1;
      int j = i % columns + 1;
      w[i] = Math.sin(0.7 * o + 0.13 * j * (o + 1)) + 0.2 * Math.cos(1.7 * j + o * o);
    }
    return manager.create(w, new Shape(rows, columns));
  }

  private NDArray inputs(int tokens, int columns) {
    double[] x = new double[tokens * columns];
    for (int i = 0; i < x.length; i++) {
      int t = i / columns + 1;
      int j = i % columns + 1;
      x[i] = Math.cos(0.37 * t * j + 0.2 * j * j) + 0.5 * Math.sin(0.11 * t + 0.3 * j);
    }
    return manager.create(x, new Shape(tokens, columns));
  }

  @Test
  void wandaWithEqualInputsIsMagnitudeByRow() {
    NDArray weight = random(1, 9, 20);
    NDArray ones = manager.ones(new Shape(20), DataType.FLOAT64);
    assertThat(
            pruning(Criterion.WANDA, RankedGroup.ROW, null)
                .prune(manager, weight, ones, 0.35)
                .kept())
        .isEqualTo(
            pruning(Criterion.MAGNITUDE, RankedGroup.ROW, null)
                .prune(manager, weight, ones, 0.35)
                .kept());
  }

  @Test
  void ofEqualNumbersTheFirstArePruned() {
    NDArray ones = manager.ones(new Shape(2, 5), DataType.FLOAT64);
    boolean[] kept =
        pruning(Criterion.MAGNITUDE, RankedGroup.ROW, null)
            .prune(manager, ones, ones, 0.5)
            .kept()
            .toBooleanArray();
    assertThat(kept)
        .containsExactly(false, false, true, true, true, false, false, true, true, true);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.37, 0.5, 0.99})
  void prunesTheIntegerPartOfTheShare(double sparsity) {
    NDArray weight = random(2, 7, 30);
    NDArray squares = manager.ones(new Shape(30), DataType.FLOAT64);
    NDArray products = random(3, 30, 50).matMul(random(3, 30, 50).transpose());
    assertThat(pruned(Criterion.WANDA, RankedGroup.ROW, weight, squares, sparsity))
        .isEqualTo(7 * (int) (30 * sparsity));
    assertThat(pruned(Criterion.MAGNITUDE, RankedGroup.MATRIX, weight, squares, sparsity))
        .isEqualTo((int) (210 * sparsity));
    assertThat(pruned(Criterion.SPARSEGPT, RankedGroup.ROW, weight, products, sparsity))
        .isEqualTo((int) (210 * sparsity));
  }

  private int pruned(
      Criterion method, RankedGroup group, NDArray weight, NDArray inputs, double sparsity) {
    NDArray kept = pruning(method, group, null).prune(manager, weight, inputs, sparsity).kept();
    int count = 0;
    for (boolean one : kept.toBooleanArray()) {
      count += one ? 0 : 1;
    }
    return count;
  }

  @ParameterizedTest
  @EnumSource(Criterion.class)
  void keepsTwoOfEveryFourNeighbours(Criterion method) {
    NDArray weight = random(4, 6, 32);
    MatrixPruning pruning = pruning(method, RankedGroup.ROW, "2:4");
    NDArray inputs = pruning.noInputs(manager, 32, DataType.FLOAT64);
    pruning.add(manager, inputs, random(5, 40, 32));
    for (double sparsity : new double[] {0.2, 0.25, 0.496, 0.5}) {
      boolean[] kept = pruning.prune(manager, weight, inputs, sparsity).kept().toBooleanArray();
      for (int i = 0; i < kept.length; i += 4) {
        int count = 0;
        for (int j = i; j < i + 4; j++) {
          count += kept[j] ? 1 : 0;
        }
        assertThat(count).isEqualTo(4 - (int) (4 * sparsity));
      }
    }
  }

  @Test
  void sparseGptLeavesLessOfAnErrorThanItsMaskAlone() {
    NDArray weight = random(6, 8, 40);
    NDArray x = random(7, 100, 40).matMul(random(9, 40, 40));
    MatrixPruning pruning = pruning(Criterion.SPARSEGPT, RankedGroup.ROW, null);
    NDArray products = pruning.noInputs(manager, 40, DataType.FLOAT64);
    pruning.add(manager, products, x);
    MatrixPruning.PrunedMatrix found = pruning.prune(manager, weight, products, 0.5);
    NDArray masked = weight.mul(found.kept().toType(DataType.FLOAT64, false));
    assertThat(error(x, weight, found.weight())).isLessThan(0.8 * error(x, weight, masked));
  }

  private static double error(NDArray x, NDArray weight, NDArray other) {
    return x.matMul(weight.sub(other).transpose()).square().sum().getDouble();
  }

  @Test
  void aColumnThatIsNeverActiveCostsNothing() {
    NDArray products = manager.zeros(new Shape(4, 4), DataType.FLOAT64);
    boolean[] kept =
        pruning(Criterion.SPARSEGPT, RankedGroup.ROW, null)
            .prune(manager, random(8, 2, 4), products, 0.5)
            .kept()
            .toBooleanArray();
    assertThat(kept).hasSize(8);
  }

  @Test
  void refusesPatternsThatDoNotFit() {
    assertThatThrownBy(() -> pruning(Criterion.WANDA, RankedGroup.ROW, "4:2"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("sparsity_pattern '4:2' is none; write n:m with n less than m, such as 2:4");
    PruningOptions other =
        new PruningOptions(
            Criterion.WANDA, 0.7, RankedGroup.ROW, Optional.of("2:4"), List.of(), 1, 2, 1);
    assertThatThrownBy(() -> new MatrixPruning(manager, other))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "sparsity_pattern 2:4 prunes 0.5 of each matrix, but sparsity is 0.7; make them the"
                + " same");
    assertThatThrownBy(() -> pruning(Criterion.SPARSEGPT, RankedGroup.ROW, "2:6"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("blocks of 128 columns, which is no multiple of 6");
    ModuleShape odd = new ModuleShape("q_proj", "layers.%d.q_proj", 30, 8);
    assertThatThrownBy(() -> new Pattern(2, 4).requireDivides(odd))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("2:4 does not divide the 30 columns of module 'q_proj'");
  }
}
