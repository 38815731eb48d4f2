package io.flexora.numerics.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.selection.TrainedValues;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.NoAdapter;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Products of two factors on two layers, and a head. */
class ChosenValuesTest {

  private static final int RANK = 4;
  private static final double ALPHA = 16;
  private static final ModuleShape MODULE = new ModuleShape("query", "layer.%d.query", 3, 5);
  private static final String HEAD = "classifier.weight";

  private NDManager manager;
  private ParameterIndex index;
  private double[] theta;

  /** LoRA whose factor s is alpha / r. */
  private static final class Product extends NoAdapter implements AdapterMethod.Ranked {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return parameters(module, RANK);
    }

    @Override
    public Optional<AdapterMethod.Ranked> ranked() {
      return Optional.of(this);
    }

    @Override
    public int rank(ModuleShape module) {
      return RANK;
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module, int rank) {
      return LowRank.factors(module, rank);
    }

    @Override
    public boolean isLinearIn(AdapterParameter parameter) {
      return parameter.name().equals(LowRank.B);
    }

    @Override
    public OptionalDouble loraScaling(long rank) {
      return OptionalDouble.of(ALPHA / rank);
    }
  }

  @BeforeEach
  void draw() {
    manager = TorchEngine.start().newManager(Device.cpu());
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (int layer = 0; layer < 2; layer++) {
      for (AdapterParameter parameter : LowRank.factors(MODULE, RANK)) {
        Slice.Adapter owner = new Slice.Adapter(layer, MODULE, parameter);
        slices.add(new Slice(offset, parameter.shape(), owner));
        offset += parameter.shape().size();
      }
    }
    slices.add(new Slice(offset, new Shape(2, 2), new Slice.Head(HEAD)));
    index = new ParameterIndex(slices);
    theta = new SplittableRandom(3).doubles(index.size(), -1, 1).toArray();
  }

  @AfterEach
  void free() {
    manager.close();
  }

  private Map<String, NDArray> values(ChosenValues.Choice choice) {
    TrainedValues values =
        new ChosenValues(new Product(), choice).of(index, NativeArrays.of(manager, theta));
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    values
        .arrays()
        .forEach(
            array -> {
              assertThat(array.type()).isEqualTo(DataType.FLOAT64);
              DoubleBuffer all = array.values().asDoubleBuffer();
              double[] numbers = new double[all.remaining()];
              all.get(numbers);
              arrays.put(array.tensorName(), NativeArrays.of(manager, numbers, array.shape()));
            });
    return arrays;
  }

  private NDArray trained(int layer, int parameter) {
    Slice slice = index.ofLayer(layer).get(parameter);
    return NativeArrays.of(manager, theta)
        .get("{}:{}", slice.offset(), slice.offset() + slice.size())
        .reshape(slice.shape());
  }

  @Test
  void whatIsChosenAsItIsComesBitForBitWithTheHead() {
    Map<String, NDArray> found = values(ChosenValues.Choice.ofLayers(List.of(1)));
    assertThat(found.keySet())
        .containsExactly("layer.1.query.lora_A.weight", "layer.1.query.lora_B.weight", HEAD);
    assertThat(found.get("layer.1.query.lora_A.weight")).isEqualTo(trained(1, 0));
    assertThat(found.get("layer.1.query.lora_B.weight")).isEqualTo(trained(1, 1));
  }

  @Test
  void aFactorIsFoldedIntoB() {
    Map<String, NDArray> found =
        values((layer, module) -> Optional.of(ChosenValues.Kept.whole(0.5 + layer)));
    assertThat(found.get("layer.0.query.lora_A.weight")).isEqualTo(trained(0, 0));
    assertThat(found.get("layer.0.query.lora_B.weight")).isEqualTo(trained(0, 1).mul(0.5));
    assertThat(found.get("layer.1.query.lora_B.weight")).isEqualTo(trained(1, 1).mul(1.5));
  }

  /** The sum of the gated parts that are kept, with the factor s of the rank before and after. */
  @Test
  void someRankOnePartsAddWhatTheyAddedBefore() {
    double[] gates = {0.25, 3, 0, 0.75};
    Map<String, NDArray> found =
        values(
            (layer, module) ->
                Optional.of(new ChosenValues.Kept(List.of(1, 3), List.of(gates[1], gates[3])))
                    .filter(kept -> layer == 0));
    NDArray a = found.get("layer.0.query.lora_A.weight");
    NDArray b = found.get("layer.0.query.lora_B.weight");
    assertThat(a.getShape()).isEqualTo(new Shape(2, 3));
    assertThat(b.getShape()).isEqualTo(new Shape(5, 2));
    NDArray added = b.matMul(a).mul(ALPHA / 2);
    NDArray before = NativeArrays.of(manager, new double[] {0, gates[1], 0, gates[3]});
    NDArray expected = trained(0, 1).mul(before).matMul(trained(0, 0)).mul(ALPHA / RANK);
    assertThat(added.sub(expected).abs().max().getDouble()).isCloseTo(0, within(1e-12));
  }

  @Test
  void everyPartHasAFactor() {
    assertThatThrownBy(() -> new ChosenValues.Kept(List.of(0, 1), List.of(1.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
