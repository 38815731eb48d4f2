package io.flexora.transformers.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.AdapterConstants;
import io.flexora.numerics.vector.ThetaParts;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.checkpoint.StoredType;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The weights of a checkpoint with adapters added to them, one matrix at a time. */
final class MergedWeights {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final CausalCheckpoint checkpoint;
  private final AdapterPlan plan;
  private final NDArray theta;
  private final Optional<QuantisedBase> base;
  private final Map<String, List<Slice>> adapters = new LinkedHashMap<>();
  private final Map<String, SparseMatrix> sparse = new TreeMap<>();
  private AdapterChange change;

  /** The sparsity of a pruned matrix. */
  record Sparsity(long rows, long columns, long pruned, double sparsity) {}

  MergedWeights(
      CausalCheckpoint checkpoint,
      AdapterPlan plan,
      ParameterIndex index,
      NDArray theta,
      Map<AdapterSite, SparseMatrix> sparse,
      Optional<QuantisedBase> base) {
    this.base = base;
    sparse.forEach((site, matrix) -> this.sparse.put(site.path(), matrix));
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

  /** Whether the tensor of that name in Hugging Face form is not as the checkpoint has it. */
  boolean changed(String name) {
    return quantised(name)
        || ((name.endsWith(WEIGHT) || name.endsWith(BIAS)) && adapters.containsKey(module(name)))
        || (name.endsWith(WEIGHT) && sparse.containsKey(module(name)));
  }

  /**
   * Whether a matrix is quantised in a form that is not written: its numbers are then written in
   * half precision.
   */
  boolean quantised(String name) {
    return requantised(name) || checkpoint.fourBit(checkpoint.tensors().get(name)).isPresent();
  }

  private boolean requantised(String name) {
    return base.filter(b -> b.requantised(name)).isPresent();
  }

  /** The type in which a tensor is written where it keeps its type. */
  StoredType type(StoredTensor tensor) {
    return quantised(tensor.name()) ? StoredType.F16 : tensor.type();
  }

  /** The sparsity of each pruned matrix, by the name of its tensor. */
  Map<String, Sparsity> sparsity() {
    Map<String, Sparsity> all = new LinkedHashMap<>();
    sparse.forEach((path, matrix) -> all.put(path + WEIGHT, sparsity(matrix)));
    return all;
  }

  private static Sparsity sparsity(SparseMatrix matrix) {
    Shape shape = matrix.kept().getShape();
    long pruned = 0;
    for (boolean kept : matrix.kept().toBooleanArray()) {
      pruned += kept ? 0 : 1;
    }
    return new Sparsity(shape.get(0), shape.get(1), pruned, (double) pruned / shape.size());
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
    boolean transposed =
        name.endsWith(WEIGHT) && checkpoint.description().arrays().transposed(name);
    if (requantised(name)) {
      return requantised(name, transposed);
    }
    int rows = Math.toIntExact(tensor.rows());
    float[] values = new float[Math.multiplyExact(rows, Math.toIntExact(tensor.rowSize()))];
    checkpoint.readFloats(tensor, 0, values, rows);
    try (NDManager scope = theta.getManager().newSubManager()) {
      if (name.endsWith(BIAS)) {
        return bias(scope, name, values);
      }
      NDArray stored = stored(scope, values, new Shape(rows, tensor.rowSize()));
      NDArray sum = matrix(scope, module(name), transposed ? stored.transpose() : stored);
      return floats(transposed ? sum.transpose() : sum);
    }
  }

  private float[] requantised(String name, boolean transposed) {
    try (NDManager scope = theta.getManager().newSubManager()) {
      NDArray sum = matrix(scope, module(name), own(scope, base.orElseThrow().matrix(scope, name)));
      return floats(transposed ? sum.transpose() : sum);
    }
  }

  private float[] bias(NDManager scope, String name, float[] values) {
    NDArray bias = stored(scope, values, new Shape(values.length));
    Adapted adapted = adapted(scope, module(name));
    NDArray like = scope.zeros(adapted.shape(), theta.getDataType());
    return change()
        .bias(scope, bias, like, adapted.values(), adapted.constants())
        .map(MergedWeights::floats)
        .orElse(values);
  }

  /** A matrix {@code [outputs, inputs]}, pruned, with its adapter's change, pruned alike. */
  private NDArray matrix(NDManager scope, String path, NDArray stored) {
    SparseMatrix pruned = sparse.get(path);
    NDArray weight =
        pruned == null ? stored : pruned.weight().map(w -> own(scope, w)).orElse(stored);
    if (pruned != null) {
      return sparse(
          scope, path, weight, NativeArrays.convert(scope, pruned.kept(), DataType.BOOLEAN));
    }
    if (!adapters.containsKey(path)) {
      return weight;
    }
    Adapted adapted = adapted(scope, path);
    return weight.add(change().ofMatrix(scope, weight, adapted.values(), adapted.constants()));
  }

  private NDArray sparse(NDManager scope, String path, NDArray weight, NDArray kept) {
    NDArray frozen = masked(weight, kept);
    if (!adapters.containsKey(path)) {
      return frozen;
    }
    Adapted adapted = adapted(scope, path);
    NDArray change = change().ofPruned(scope, frozen, kept, adapted.values(), adapted.constants());
    return masked(frozen.add(change), kept);
  }

  private static NDArray masked(NDArray matrix, NDArray kept) {
    return NDArrays.where(kept, matrix, matrix.zerosLike());
  }

  /** A copy in theta's type. */
  private NDArray own(NDManager scope, NDArray array) {
    return NativeArrays.convert(scope, array, theta.getDataType());
  }

  private AdapterChange change() {
    if (change == null) {
      change = new AdapterChange(theta.getManager(), plan.method());
    }
    return change;
  }

  /** An adapter with its arrays, and the shape of its matrix. */
  private record Adapted(Shape shape, List<NDArray> values, List<NDArray> constants) {}

  private Adapted adapted(NDManager scope, String path) {
    List<Slice> slices = adapters.get(path);
    Slice.Adapter of = (Slice.Adapter) slices.get(0).owner();
    AdapterSite site = new AdapterSite(of.layer(), of.module());
    return new Adapted(
        new Shape(of.module().outputs(), of.module().inputs()),
        slices.stream().map(slice -> ThetaParts.of(scope, theta, slice)).toList(),
        AdapterConstants.of(scope, plan, site, theta.getDataType()));
  }

  private NDArray stored(NDManager scope, float[] values, Shape shape) {
    return NativeArrays.of(scope, values, shape).toType(theta.getDataType(), false);
  }

  private static float[] floats(NDArray array) {
    return array.toType(DataType.FLOAT32, false).reshape(-1).toFloatArray();
  }
}
