package io.flexora.numerics.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The elements of theta that gates multiply, so that a gate on what an adapter adds is a factor of
 * its parameters.
 *
 * @since 0.1
 */
public final class GatedElements {

  private static final int NONE = -1;

  private final int gates;

  /** The gate of each element of theta. */
  private final int[] gateOf;

  /**
   * Looks up the gates.
   *
   * @param index the index of theta
   * @param multiplied the parameters that are multiplied; of those with gated rank-one parts, the
   *     last axis is the rank, as that of B {@code [outputs, rank]}
   */
  public GatedElements(
      ParameterIndex index, GateIndex gates, Predicate<AdapterParameter> multiplied) {
    this.gates = gates.size();
    this.gateOf = new int[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      List<Integer> own = own(slice, gates, multiplied);
      for (int i = 0; i < slice.size(); i++) {
        gateOf[Math.toIntExact(slice.offset()) + i] =
            own.isEmpty() ? NONE : own.get(i % own.size());
      }
    }
  }

  private static List<Integer> own(
      Slice slice, GateIndex gates, Predicate<AdapterParameter> multiplied) {
    return slice.owner() instanceof Slice.Adapter of && multiplied.test(of.parameter())
        ? IntStream.range(0, gates.size())
            .filter(i -> gates.gates().get(i).multiplies(of.layer(), of.module()))
            .boxed()
            .toList()
        : List.of();
  }

  /**
   * The factor of each element.
   *
   * @param scope the owner of the result
   * @param values a factor for each gate
   * @param rest the factor of elements without a gate
   * @return {@code [parameters]}
   */
  public NDArray factors(NDManager scope, double[] values, double rest, DataType type) {
    double[] factors = new double[gateOf.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = gateOf[i] == NONE ? rest : values[gateOf[i]];
    }
    return NativeArrays.of(scope, factors, new Shape(factors.length), type);
  }

  /**
   * Sums of a number of each element over the elements of each gate, always in the same order.
   *
   * @param ofElement the number of an element of theta
   */
  public double[] sums(IntToDoubleFunction ofElement) {
    double[] sums = new double[gates];
    for (int i = 0; i < gateOf.length; i++) {
      if (gateOf[i] != NONE) {
        sums[gateOf[i]] += ofElement.applyAsDouble(i);
      }
    }
    return sums;
  }
}
