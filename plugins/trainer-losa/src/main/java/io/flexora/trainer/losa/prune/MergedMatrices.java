package io.flexora.trainer.losa.prune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.AdapterConstants;
import io.flexora.numerics.vector.ThetaParts;
import io.flexora.numerics.vector.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The matrices of a model in training: W, what of it is pruned, and what the adapters add.
 *
 * @param frozen the unpruned W
 * @param sparse what is pruned so far; empty before the first time
 * @param plan the adapters
 * @param index the places of their arrays in theta
 * @param theta their numbers
 */
public record MergedMatrices(
    FrozenMatrices frozen,
    Map<AdapterSite, SparseMatrix> sparse,
    AdapterPlan plan,
    ParameterIndex index,
    NDArray theta) {

  /** Copies the map. */
  public MergedMatrices {
    sparse = Map.copyOf(sparse);
  }

  /** The type of theta, which all matrices here have. */
  DataType type() {
    return theta.getDataType();
  }

  /** W, unpruned. */
  private NDArray original(NDManager scope, AdapterSite site) {
    NDArray stored = frozen.weight(scope, site.layer(), site.module().name());
    return stored.toType(type(), false);
  }

  /** W as the model has it, zero where it is pruned. */
  private NDArray present(NDManager scope, AdapterSite site) {
    SparseMatrix own = sparse.get(site);
    if (own == null) {
      return original(scope, site);
    }
    try (Workspace work = new Workspace(scope)) {
      NDArray weight =
          own.weight()
              .map(w -> work.share(w).toType(type(), false))
              .orElseGet(() -> original(work.temporary(), site));
      return work.keep(weight.mul(work.share(own.kept()).toType(type(), false)));
    }
  }

  /** What the adapter adds to a matrix, of its arrays; empty where there is no adapter. */
  private Optional<NDArray> change(NDManager scope, AdapterSite site, Change of) {
    List<Slice> slices =
        index.slices().stream()
            .filter(
                slice ->
                    slice.owner() instanceof Slice.Adapter adapter
                        && adapter.layer() == site.layer()
                        && adapter.module().equals(site.module()))
            .toList();
    if (slices.isEmpty()) {
      return Optional.empty();
    }
    try (Workspace work = new Workspace(scope)) {
      NDArray all = work.share(theta);
      List<NDArray> values =
          slices.stream().map(s -> ThetaParts.of(work.temporary(), all, s)).toList();
      List<NDArray> constants =
          AdapterConstants.of(work.temporary(), plan, site, theta.getDataType());
      return Optional.of(work.keep(of.by(work.temporary(), values, constants)));
    }
  }

  /** Makes a change of the arrays of an adapter. */
  private interface Change {
    NDArray by(NDManager scope, List<NDArray> values, List<NDArray> constants);
  }

  /** What the adapter adds where a mask keeps it; empty where there is no adapter. */
  Optional<NDArray> change(NDManager scope, AdapterSite site, NDArray kept) {
    return change(
        scope,
        site,
        (own, values, constants) ->
            numbers(own).ofPruned(own, present(own, site), kept, values, constants));
  }

  private AdapterChange numbers(NDManager scope) {
    return new AdapterChange(scope, plan.method());
  }

  /** What the model computes with: the pruned W with what the adapter adds to it. */
  NDArray merged(NDManager scope, AdapterSite site) {
    SparseMatrix own = sparse.get(site);
    return own == null ? unpruned(scope, site) : merged(scope, site, own);
  }

  private NDArray merged(NDManager scope, AdapterSite site, SparseMatrix own) {
    try (Workspace work = new Workspace(scope)) {
      NDArray present = present(work.temporary(), site);
      Optional<NDArray> change = change(work.temporary(), site, own.kept());
      return work.keep(change.map(present::add).orElse(present));
    }
  }

  /** What the model would compute with if nothing were pruned. */
  NDArray unpruned(NDManager scope, AdapterSite site) {
    try (Workspace work = new Workspace(scope)) {
      NDArray original = original(work.temporary(), site);
      Optional<NDArray> change =
          change(
              work.temporary(),
              site,
              (own, values, constants) -> numbers(own).ofMatrix(own, original, values, constants));
      return work.keep(change.map(original::add).orElse(original));
    }
  }

  /** All merged matrices of a layer that differ from those of the unpruned model. */
  Map<String, NDArray> ofLayer(NDManager scope, List<AdapterSite> sites) {
    Map<String, NDArray> matrices = new LinkedHashMap<>();
    sites.forEach(site -> matrices.put(site.module().name(), merged(scope, site)));
    return matrices;
  }
}
