package io.flexora.transformers.checkpoint;

import io.flexora.transformers.checkpoint.FrozenArray.Joined;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * The frozen arrays of a model in the order in which its TorchScript reads them: those of the whole
 * model, then those of each layer, as many for each.
 *
 * @since 0.1
 */
public final class FrozenArrays {

  /**
   * The place of a tensor.
   *
   * @param array which of the arrays holds it
   * @param first its first row in that
   */
  public record TensorPlace(int array, long first) {}

  private final List<FrozenArray> all = new ArrayList<>();
  private final int global;
  private final int perLayer;
  private final Map<String, TensorPlace> places = new HashMap<>();

  /**
   * Lists arrays.
   *
   * @param ofModel the arrays of the whole model
   * @param layers the number of layers
   * @param ofLayer the arrays of a layer
   */
  public FrozenArrays(
      List<FrozenArray> ofModel, int layers, IntFunction<List<FrozenArray>> ofLayer) {
    all.addAll(ofModel);
    this.global = ofModel.size();
    for (int layer = 0; layer < layers; layer++) {
      all.addAll(ofLayer.apply(layer));
    }
    this.perLayer = layers == 0 ? 0 : (all.size() - global) / layers;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Joined joined) {
        place(i, joined);
      }
    }
  }

  private void place(int array, Joined joined) {
    long row = 0;
    for (Tensor tensor : joined.tensors()) {
      places.put(tensor.name(), new TensorPlace(array, row));
      row += joined.transposed() ? tensor.shape().get(1) : tensor.rows();
    }
  }

  /** The arrays in their order. */
  public List<FrozenArray> all() {
    return List.copyOf(all);
  }

  /** The number of arrays of the whole model, which stand in front of those of the layers. */
  public int global() {
    return global;
  }

  /** The number of arrays of each layer. */
  public int perLayer() {
    return perLayer;
  }

  /**
   * Where a tensor's rows are.
   *
   * @throws IllegalArgumentException if no array has it
   */
  public TensorPlace place(String tensor) {
    TensorPlace place = places.get(tensor);
    if (place == null) {
      throw new IllegalArgumentException("no array has the tensor '" + tensor + "'");
    }
    return place;
  }

  /** Whether an array has a tensor. */
  public boolean has(String tensor) {
    return places.containsKey(tensor);
  }

  /** Whether the checkpoint has a matrix as {@code [inputs, outputs]}. */
  public boolean transposed(String tensor) {
    return all.get(place(tensor).array()) instanceof Joined joined && joined.transposed();
  }

  /** The tensors that a checkpoint has to have, in the order of the forward pass. */
  public List<Tensor> tensors() {
    return all.stream()
        .flatMap(array -> array instanceof Joined joined ? joined.tensors().stream() : Stream.of())
        .toList();
  }

  /** The number of the model's parameters; a tied head counts once. */
  public long parameters() {
    return tensors().stream().mapToLong(Tensor::size).sum();
  }
}
