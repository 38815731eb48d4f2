package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.ClassGradients.ExampleGradients;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.LowRankPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The trained matrices that are uncertain: A and B of each site, and the head with its bias as a
 * further column, where the model has one. Of a head of several layers it is the last one.
 */
final class ExampleMatrices {

  private static final String HEAD = "head";

  /** The arrays of a layer. */
  private static final int OF_LAYER = 2;

  private final LaplaceScript script;
  private final List<Integer> layers;
  private final boolean hasHead;
  private final Map<AdapterSite, LoraFactors> factors = new LinkedHashMap<>();
  private double squaredNorm;

  /**
   * Takes the trained factors.
   *
   * @param keeper the owner of what is kept
   * @param layers adapted layers
   */
  ExampleMatrices(
      NDManager keeper,
      LaplaceScript script,
      AdaptedModel model,
      NDArray theta,
      List<Integer> layers) {
    this.script = script;
    this.layers = List.copyOf(layers);
    double[] values = ArrayValues.of(theta);
    for (LowRankPair pair : LowRankPair.of(model.parameters())) {
      Slice.Adapter owner = (Slice.Adapter) pair.a().owner();
      if (layers.contains(owner.layer())) {
        double scaling = model.plan().method().loraScaling(pair.rank()).orElseThrow();
        NDArray a = taken(keeper, values, pair.a());
        NDArray b = taken(keeper, values, pair.b());
        factors.put(new AdapterSite(owner.layer(), owner.module()), new LoraFactors(a, b, scaling));
      }
    }
    List<Slice> head = model.parameters().ofHead();
    head.subList(Math.max(0, head.size() - OF_LAYER), head.size())
        .forEach(slice -> squaredNorm += square(part(values, slice)));
    hasHead = !head.isEmpty();
  }

  private NDArray taken(NDManager keeper, double[] values, Slice slice) {
    double[] own = part(values, slice);
    squaredNorm += square(own);
    return NativeArrays.of(keeper, own, slice.shape());
  }

  private static double[] part(double[] values, Slice slice) {
    int from = Math.toIntExact(slice.offset());
    return Arrays.copyOfRange(values, from, from + Math.toIntExact(slice.size()));
  }

  private static double square(double[] values) {
    return Arrays.stream(values).map(v -> v * v).sum();
  }

  /** The layers whose adapters are uncertain. */
  List<Integer> layers() {
    return layers;
  }

  /** ‖theta‖² of the matrices. */
  double squaredNorm() {
    return squaredNorm;
  }

  /** Whether nothing is uncertain. */
  boolean isEmpty() {
    return factors.isEmpty() && !hasHead;
  }

  /**
   * What an example says of each matrix, always in the same order.
   *
   * @param scope the owner of the result
   */
  List<MatrixData> of(NDManager scope, ExampleGradients found) {
    List<MatrixData> all = new ArrayList<>();
    for (ExampleGradients.ModuleGradients module : found.modules()) {
      NDList parts =
          script.factors(scope, module.inputs(), module.gradients(), factors.get(module.site()));
      String path = module.site().path();
      all.add(new MatrixData(path + ".A", parts.get(0), parts.get(1), found.read()));
      all.add(new MatrixData(path + ".B", parts.get(2), parts.get(3), found.read()));
    }
    if (hasHead) {
      found.features().ifPresent(features -> all.add(head(scope, features, found)));
    }
    return all;
  }

  /** A head is a matrix of one token, its features, whose outputs are the class outputs. */
  private MatrixData head(NDManager scope, NDArray features, ExampleGradients found) {
    int classes = found.outputs().length;
    NDArray identity =
        scope.eye(classes, classes, 0, DataType.FLOAT64).reshape(new Shape(classes, 1, classes));
    return new MatrixData(HEAD, script.withBias(scope, features), identity, new int[] {0});
  }
}
