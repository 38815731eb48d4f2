package io.flexora.transformers.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Slice;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.AdapterConstants;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The weights of a checkpoint with adapters added to them, one matrix at a time. */
final class MergedWeights {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final CausalCheckpoint checkpoint;
  private final AdapterPlan plan;
  private final NDArray theta;
  private final Map<String, List<Slice>> adapters = new LinkedHashMap<>();

  MergedWeights(
      CausalCheckpoint checkpoint, AdapterPlan plan, ParameterIndex index, NDArray theta) {
    this.checkpoint = checkpoint;
    this.plan = plan;
    this.theta = theta;
    for (Slice slice : index.slices()) {
      if (slice.owner() instanceof Slice.Adapter adapter) {
        String path = adapter.module().path(adapter.layer());
        adapters.computeIfAbsent(path, p -> new ArrayList<>()).add(slice);
      }
    }
  }

  CausalCheckpoint checkpoint() {
    return checkpoint;
  }

  /** Whether an adapter may change the tensor of that name in Hugging Face form. */
  boolean changed(String name) {
    return (name.endsWith(WEIGHT) || name.endsWith(BIAS)) && adapters.containsKey(module(name));
  }

  private static String module(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /**
   * A matrix or a bias with its adapter added, computed in theta's type; row-major in the
   * checkpoint's order of dimensions.
   */
  float[] merged(String name) throws IOException {
    StoredTensor tensor = checkpoint.tensors().get(name);
    int rows = Math.toIntExact(tensor.rows());
    float[] values = new float[Math.multiplyExact(rows, Math.toIntExact(tensor.rowSize()))];
    checkpoint.readFloats(tensor, 0, values, rows);
    List<Slice> slices = adapters.get(module(name));
    Slice.Adapter of = (Slice.Adapter) slices.get(0).owner();
    try (NDManager scope = theta.getManager().newSubManager()) {
      List<NDArray> pieces = slices.stream().map(slice -> piece(scope, slice)).toList();
      AdapterSite site = new AdapterSite(of.layer(), of.module());
      List<NDArray> constants = AdapterConstants.of(scope, plan, site, theta.getDataType());
      if (name.endsWith(BIAS)) {
        NDArray bias = stored(scope, values, new Shape(rows));
        return plan.method()
            .biasChange(of.module(), bias, pieces, constants)
            .map(change -> floats(bias.add(change)))
            .orElse(values);
      }
      boolean transposed = checkpoint.description().arrays().transposed(name);
      NDArray stored = stored(scope, values, new Shape(rows, tensor.rowSize()));
      NDArray weight = transposed ? stored.transpose() : stored;
      NDArray change = plan.method().weightChange(of.module(), weight, pieces, constants);
      NDArray sum = weight.add(change);
      return floats(transposed ? sum.transpose() : sum);
    }
  }

  private NDArray stored(NDManager scope, float[] values, Shape shape) {
    return NativeArrays.of(scope, values, shape).toType(theta.getDataType(), false);
  }

  private static float[] floats(NDArray array) {
    return array.toType(DataType.FLOAT32, false).reshape(-1).toFloatArray();
  }

  private NDArray piece(NDManager scope, Slice slice) {
    NDArray flat =
        theta.get(new NDIndex().addSliceDim(slice.offset(), slice.offset() + slice.size()));
    flat.attach(scope);
    NDArray piece = flat.reshape(slice.shape());
    piece.attach(scope);
    return piece;
  }
}
