package io.flexora.experiment.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.TrainedValues;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredValuesTest {

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  private static final float[] FLOATS = {
    -0.0f, 0.1f, Float.MIN_VALUE, Float.MAX_VALUE, Float.intBitsToFloat(0x7fc00001), 1 / 3f
  };

  private static final double[] DOUBLES = {
    -0.0,
    0.1,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Double.longBitsToDouble(0x7ff8000000000001L),
    1 / 3.0
  };

  private static final ParameterIndex INDEX =
      new ParameterIndex(
          List.of(
              new Slice(0, new Shape(2, 2), new Slice.Head("weight")),
              new Slice(4, new Shape(2), new Slice.Head("bias"))));

  @TempDir Path folder;

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static long[] bits(double[] values) {
    long[] bits = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Double.doubleToRawLongBits(values[i]);
    }
    return bits;
  }

  @Test
  void comeBackBitForBit() {
    try (RunFolder run = RunFolder.create(folder, "a", TIME, "seed: 1");
        NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      StoredValues single = new StoredValues(run.cell("single"));
      single.write(TrainedValues.of(INDEX, NativeArrays.of(manager, FLOATS)));
      NDArray theta = single.theta(manager, INDEX, DataType.FLOAT32);
      assertThat(bits(theta.toFloatArray())).isEqualTo(bits(FLOATS));

      StoredValues twice = new StoredValues(run.cell("double"));
      twice.write(TrainedValues.of(INDEX, NativeArrays.of(manager, DOUBLES)));
      NDArray wide = twice.theta(manager, INDEX, DataType.FLOAT64);
      assertThat(bits(wide.toDoubleArray())).isEqualTo(bits(DOUBLES));
      assertThat(twice.theta(manager, INDEX, DataType.FLOAT32).getFloat(5)).isEqualTo(1 / 3f);
    }
  }

  /**
   * Cells whose searches have brought the same share what follows, whatever else they differ in.
   */
  @Test
  void equalValuesAreEqualFiles() throws IOException {
    try (RunFolder run = RunFolder.create(folder, "a", TIME, "seed: 1");
        RunFolder other = RunFolder.create(folder, "b", TIME, "seed: 2");
        NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      TrainedValues values = TrainedValues.of(INDEX, NativeArrays.of(manager, FLOATS));
      CellFolder first = run.cell("main");
      new StoredValues(first).write(values);
      new StoredValues(other.cell("main")).write(values);
      new StoredValues(run.cell("copy")).copyFrom(first);
      assertThat(first.valuesHash()).isPresent();
      assertThat(other.cell("main").valuesHash()).isEqualTo(first.valuesHash());
      assertThat(run.cell("copy").valuesHash()).isEqualTo(first.valuesHash());

      first.writeSelection(Selection.of(List.of(1)).with(Optional.of(values)));
      assertThat(first.selection()).contains(Selection.of(List.of(1)));
      Files.write(first.path().resolve(CellFolder.VALUES), new byte[3]);
      first.removeDamaged();
      assertThat(first.selection()).as("what was chosen with the values that are lost").isEmpty();
    }
  }

  @Test
  void valuesOfAnotherChoiceAreRefused() {
    ParameterIndex other =
        new ParameterIndex(List.of(new Slice(0, new Shape(4, 1), new Slice.Head("weight"))));
    try (RunFolder run = RunFolder.create(folder, "a", TIME, "seed: 1");
        NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      StoredValues stored = new StoredValues(run.cell("main"));
      assertThatThrownBy(() -> stored.theta(manager, INDEX, DataType.FLOAT32))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("the search of cell 'main' has kept no values");
      stored.write(TrainedValues.of(INDEX, NativeArrays.of(manager, FLOATS)));
      assertThatThrownBy(() -> stored.theta(manager, other, DataType.FLOAT32))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("it has no array 'weight' of shape (4, 1)");
    }
  }
}
