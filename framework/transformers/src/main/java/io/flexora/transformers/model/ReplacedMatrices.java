package io.flexora.transformers.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.transformers.checkpoint.FrozenArrays;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts other matrices in the place of a model's, in copies of the arrays that hold them. */
final class ReplacedMatrices {

  private static final String SCRIPT =
      """
        def cloned(self, joined: Tensor) -> Tensor:
          return torch.clone(joined)

        def put(self, into: Tensor, first: Tensor, matrix: Tensor) -> Tensor:
          part = torch.slice(into, 0, int(first), int(first) + torch.size(matrix, 0))
          return torch.copy_(part, matrix)

        def prune(self, into: Tensor, first: Tensor, kept: Tensor) -> Tensor:
          part = torch.slice(into, 0, int(first), int(first) + torch.size(kept, 0))
          return torch.masked_fill_(part, torch.bitwise_not(kept), 0.0)
      """;

  private final ModelShape shape;
  private final FrozenArrays layout;
  private final TorchScript script;

  /**
   * Compiles what it needs.
   *
   * @param owner lives no shorter than this
   */
  ReplacedMatrices(NDManager owner, ModelShape shape, FrozenArrays layout) {
    this.shape = shape;
    this.layout = layout;
    this.script = TorchScript.compile(owner, SCRIPT);
  }

  /** The copies of changed arrays: each is copied once, before the first change. */
  private final class Copies {
    private final NDManager owner;
    private final List<NDArray> arrays;
    private final Set<Integer> own = new HashSet<>();

    Copies(NDManager owner, List<NDArray> arrays) {
      this.owner = owner;
      this.arrays = new ArrayList<>(arrays);
    }

    void change(String method, AdapterSite site, String name, NDArray value) {
      Shape wanted = new Shape(site.module().outputs(), site.module().inputs());
      if (!value.getShape().equals(wanted)) {
        throw new IllegalArgumentException(
            "%s has the shape %s, the matrix of %s the shape %s"
                .formatted(name, value.getShape(), site.path(), wanted));
      }
      FrozenArrays.TensorPlace place = layout.place(site.path() + ".weight");
      int at = place.array();
      try (NDManager temporary = owner.newSubManager()) {
        if (own.add(at)) {
          NDArray copy =
              script
                  .call("cloned", new Arguments(temporary).with("joined", arrays.get(at)))
                  .singletonOrThrow();
          copy.attach(owner);
          arrays.set(at, copy);
        }
        script.call(
            method,
            new Arguments(temporary)
                .with("into", arrays.get(at))
                .with("first", place.first())
                .with(name, value));
      }
    }
  }

  /** The arrays of a model with sparse matrices; what differs belongs to the owner. */
  List<NDArray> sparse(NDManager owner, List<NDArray> arrays, List<SparseMatrix> matrices) {
    Copies copies = new Copies(owner, arrays);
    for (SparseMatrix matrix : matrices) {
      AdapterSite site = required(matrix.site());
      matrix.weight().ifPresent(weight -> copies.change("put", site, "matrix", weight));
      copies.change("prune", site, "kept", matrix.kept());
    }
    return copies.arrays;
  }

  /** The arrays of a model with other matrices in a layer; what differs belongs to the owner. */
  List<NDArray> inLayer(
      NDManager owner, List<NDArray> arrays, int layer, Map<String, NDArray> matrices) {
    Copies copies = new Copies(owner, arrays);
    shape.modules().stream()
        .filter(module -> matrices.containsKey(module.name()))
        .forEach(
            module ->
                copies.change(
                    "put", new AdapterSite(layer, module), "matrix", matrices.get(module.name())));
    return copies.arrays;
  }

  private AdapterSite required(AdapterSite site) {
    if (site.layer() < 0
        || site.layer() >= shape.layers()
        || !shape.modules().contains(site.module())) {
      throw new FlexoraException(
          "the model has no matrix %s to prune; it has %d layers with the modules %s"
              .formatted(
                  site.path(),
                  shape.layers(),
                  shape.modules().stream().map(m -> m.name()).toList()));
    }
    return site;
  }
}
