package io.flexora.transformers.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is packed and unpacked again against the definitions of NF4 and of eight bits by rows. */
class QuantiserTest {

  private static final int ROWS = 48;
  private static final int COLUMNS = 128;
  private static final int BLOCK = 64;

  /** QLoRA (Dettmers et al. 2023), appendix E. */
  private static final double[] NF4 = {
    -1.0,
    -0.6961928009986877,
    -0.5250730514526367,
    -0.39491748809814453,
    -0.28444138169288635,
    -0.18477343022823334,
    -0.09105003625154495,
    0.0,
    0.07958029955625534,
    0.16093020141124725,
    0.24611230194568634,
    0.33791524171829224,
    0.44070982933044434,
    0.5626170039176941,
    0.7229568362236023,
    1.0
  };

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final SplittableRandom random = new SplittableRandom(6);

  @AfterEach
  void close() {
    manager.close();
  }

  private float[] unpacked(float[] numbers, WeightFormat format) {
    NDArray matrix = NativeArrays.of(manager, numbers, new Shape(ROWS, COLUMNS));
    PackedMatrix packed = new Quantiser(manager).of("m", matrix, format);
    NDArray empty = NativeArrays.of(manager, new float[0], new Shape(0));
    PackedWeights weights =
        new PackedWeights(
            manager,
            List.of(empty, empty, empty),
            List.of(List.of(), List.of(), List.of(packed)),
            2,
            1);
    NDArray found = weights.matrix(manager, "m");
    assertThat(found.getShape()).isEqualTo(new Shape(ROWS, COLUMNS));
    return found.toType(DataType.FLOAT32, false).toFloatArray();
  }

  private float[] normal(double deviation) {
    float[] numbers = new float[ROWS * COLUMNS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    return numbers;
  }

  @Test
  void numbersOfTheCodeComeBackAsTheyAre() {
    float[] numbers = new float[ROWS * COLUMNS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (0.5 * NF4[i % BLOCK % NF4.length]);
    }

    float[] found = unpacked(numbers, WeightFormat.FOUR_BIT_NESTED);

    for (int i = 0; i < numbers.length; i++) {
      assertThat(found[i]).isCloseTo(numbers[i], within(1e-6f));
    }
  }

  @Test
  void everyNumberBecomesTheNearestOfTheCodeTimesItsBlocksLargest() {
    float[] numbers = normal(0.02);
    float[] found = unpacked(numbers, WeightFormat.FOUR_BIT_NESTED);

    for (int begin = 0; begin < numbers.length; begin += BLOCK) {
      double largest = 0;
      double scale = 0;
      for (int i = begin; i < begin + BLOCK; i++) {
        largest = Math.max(largest, Math.abs(numbers[i]));
        scale = Math.max(scale, Math.abs(found[i]));
      }
      // The scale of a block is itself one of 256 numbers.
      assertThat(scale).isCloseTo(largest, within(0.02 * largest));
      for (int i = begin; i < begin + BLOCK; i++) {
        double wanted = nearest(numbers[i] / largest);
        assertThat(found[i] / scale).as("number %d", i).isCloseTo(wanted, within(1e-5));
      }
    }
  }

  private static double nearest(double value) {
    double best = NF4[0];
    for (double code : NF4) {
      best = Math.abs(code - value) < Math.abs(best - value) ? code : best;
    }
    return best;
  }

  /** Of numbers of a normal distribution, the definition gives a relative error of 0.09. */
  @Test
  void normalNumbersLoseLittle() {
    float[] numbers = normal(1);
    float[] found = unpacked(numbers, WeightFormat.FOUR_BIT_NESTED);

    double missed = 0;
    double all = 0;
    for (int i = 0; i < numbers.length; i++) {
      missed += Math.pow(found[i] - numbers[i], 2);
      all += Math.pow(numbers[i], 2);
    }
    assertThat(Math.sqrt(missed / all)).isBetween(0.08, 0.105);
  }

  @Test
  void eightBitsRoundToTheRowsScale() {
    float[] numbers = normal(3);
    float[] found = unpacked(numbers, WeightFormat.INT8_ROWS);

    for (int row = 0; row < ROWS; row++) {
      double largest = 0;
      for (int i = row * COLUMNS; i < (row + 1) * COLUMNS; i++) {
        largest = Math.max(largest, Math.abs(numbers[i]));
      }
      double scale = largest / 127;
      for (int i = row * COLUMNS; i < (row + 1) * COLUMNS; i++) {
        assertThat((double) found[i]).isCloseTo(numbers[i], within(0.5001 * scale));
        assertThat(found[i] / scale).isCloseTo(Math.rint(found[i] / scale), within(1e-3));
      }
    }
  }

  @Test
  void rowsOfZerosStayZeros() {
    float[] numbers = new float[ROWS * COLUMNS];
    numbers[5] = 1;

    assertThat(unpacked(numbers, WeightFormat.INT8_ROWS)).containsExactly(numbers);
    float[] found = unpacked(numbers, WeightFormat.FOUR_BIT_NESTED);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(found[i]).isCloseTo(numbers[i], within(0.02f));
    }
  }
}
