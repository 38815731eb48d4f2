package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * The places of LoRA's two factors of a module in theta: of the product B A, with A {@code [rank,
 * inputs]} and B {@code [outputs, rank]}.
 *
 * @param a where A is
 * @param b where B is
 * @since 0.1
 */
public record LowRankPair(Slice a, Slice b) {

  /** The layer of the module. */
  public int layer() {
    return ((Slice.Adapter) a.owner()).layer();
  }

  /** The rank of the product. */
  public int rank() {
    return Math.toIntExact(a.shape().get(0));
  }

  /** The inputs of the module. */
  public int inputs() {
    return Math.toIntExact(a.shape().get(1));
  }

  /** The outputs of the module. */
  public int outputs() {
    return Math.toIntExact(b.shape().get(0));
  }

  /**
   * Whether an adapter method depends on its parameters of a module as LoRA does; see {@link
   * AdapterMethod#loraScaling}.
   */
  public static boolean isAllOf(AdapterMethod method, ModuleShape module) {
    List<AdapterParameter> parameters = method.parameters(module);
    return !parameters.isEmpty()
        && method.loraScaling(parameters.get(0).shape().get(0)).isPresent();
  }

  /** The pairs of theta, where the adapter method has nothing else; see {@link #isAllOf}. */
  public static List<LowRankPair> of(ParameterIndex index) {
    List<Slice> slices =
        index.slices().stream().filter(slice -> slice.owner() instanceof Slice.Adapter).toList();
    List<LowRankPair> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < slices.size(); i += 2) {
      pairs.add(new LowRankPair(slices.get(i), slices.get(i + 1)));
    }
    return pairs;
  }
}
