package io.flexora.numerics.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.selection.TrainedValues;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The values of a choice, out of a theta that was trained on all that was chosen from. What
 * multiplies an adapter's contribution, such as its gate, is folded into the parameter that the
 * contribution {@linkplain AdapterMethod#isLinearIn scales with}, as into B of LoRA; where some
 * rank-one parts of a module are kept, so is the ratio of the factors s of the ranks before and
 * after.
 *
 * @since 0.1
 */
public final class ChosenValues {

  private final AdapterMethod method;
  private final Choice choice;

  /**
   * The values of a choice.
   *
   * @param method the adapter method, which {@link StartingPoint#check fits}
   */
  public ChosenValues(AdapterMethod method, Choice choice) {
    this.method = method;
    this.choice = choice;
  }

  /** The choice of adapters. */
  @FunctionalInterface
  public interface Choice {

    /** The values of a module's adapter that are kept; empty for none. */
    Optional<Kept> of(int layer, ModuleShape module);

    /** The adapters on some layers as they are. */
    static Choice ofLayers(List<Integer> layers) {
      return (layer, module) -> Optional.of(Kept.whole(1)).filter(kept -> layers.contains(layer));
    }

    /**
     * The adapters that gates keep, each contribution multiplied by its gate.
     *
     * @param values the gates, as many as the index has
     * @param kept the places of the gates that are kept, ascending
     */
    static Choice ofGates(GateIndex index, List<Double> values, List<Integer> kept) {
      return (layer, module) -> {
        List<Integer> own =
            kept.stream().filter(i -> index.gates().get(i).multiplies(layer, module)).toList();
        List<Integer> parts =
            own.stream()
                .flatMapToInt(i -> index.gates().get(i).component().stream())
                .boxed()
                .toList();
        return Optional.of(own)
            .filter(some -> !some.isEmpty())
            .map(some -> new Kept(parts, some.stream().map(values::get).toList()));
      };
    }
  }

  /**
   * The kept part of an adapter.
   *
   * @param parts the rank-one parts that are kept, ascending; empty for the adapter as it is
   * @param factors the factors of the contribution: one, or one for each part
   */
  public record Kept(List<Integer> parts, List<Double> factors) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if there are more or fewer factors
     */
    public Kept {
      parts = List.copyOf(parts);
      factors = List.copyOf(factors);
      if (factors.size() != Math.max(1, parts.size())) {
        throw new IllegalArgumentException(parts + " have the factors " + factors);
      }
    }

    /** An adapter as it is, its contribution multiplied by a factor. */
    public static Kept whole(double factor) {
      return new Kept(List.of(), List.of(factor));
    }
  }

  /**
   * The values.
   *
   * @param index the index of theta, with the ranks of the method's options
   * @param theta {@code [index.size()]}
   */
  public TrainedValues of(ParameterIndex index, NDArray theta) {
    List<TrainedValues.Array> arrays = new ArrayList<>();
    try (Workspace work = new Workspace(theta.getManager())) {
      NDArray all = work.share(theta);
      for (Slice slice : index.slices()) {
        NDArray array =
            all.get(new NDIndex("{}:{}", slice.offset(), slice.offset() + slice.size()))
                .reshape(slice.shape());
        kept(slice, array)
            .ifPresent(kept -> arrays.add(TrainedValues.Array.of(slice.tensorName(), kept)));
      }
    }
    return new TrainedValues(arrays);
  }

  private Optional<NDArray> kept(Slice slice, NDArray array) {
    return slice.owner() instanceof Slice.Adapter adapter
        ? choice.of(adapter.layer(), adapter.module()).map(kept -> kept(adapter, array, kept))
        : Optional.of(array);
  }

  private NDArray kept(Slice.Adapter of, NDArray array, Kept kept) {
    boolean folded = method.isLinearIn(of.parameter());
    if (kept.parts().isEmpty()) {
      return folded ? times(array, kept.factors().get(0)) : array;
    }
    AdapterMethod.Ranked ranked = method.ranked().orElseThrow();
    int axis = axis(ranked, of);
    double ratio = ratio(ranked.rank(of.module()), kept.parts().size());
    NDList parts = new NDList();
    for (int i = 0; i < kept.parts().size(); i++) {
      NDArray part = part(array, axis, kept.parts().get(i));
      parts.add(folded ? times(part, kept.factors().get(i) * ratio) : part);
    }
    return NDArrays.concat(parts, axis);
  }

  private double ratio(int before, int after) {
    return before == after
        ? 1
        : method.loraScaling(before).orElseThrow() / method.loraScaling(after).orElseThrow();
  }

  private static NDArray times(NDArray array, double factor) {
    return factor == 1 ? array : array.mul(factor);
  }

  private static NDArray part(NDArray array, int axis, int place) {
    return array.get(new NDIndex(":,".repeat(axis) + "{}:{}", place, place + 1));
  }

  /** The axis of a parameter along which its rank-one parts lie. */
  private static int axis(AdapterMethod.Ranked ranked, Slice.Adapter of) {
    Shape one = shape(ranked, of, 1);
    Shape two = shape(ranked, of, 2);
    return IntStream.range(0, one.dimension())
        .filter(axis -> one.get(axis) != two.get(axis))
        .findFirst()
        .orElseThrow();
  }

  private static Shape shape(AdapterMethod.Ranked ranked, Slice.Adapter of, int rank) {
    return ranked.parameters(of.module(), rank).stream()
        .filter(parameter -> parameter.name().equals(of.parameter().name()))
        .findFirst()
        .orElseThrow()
        .shape();
  }
}
