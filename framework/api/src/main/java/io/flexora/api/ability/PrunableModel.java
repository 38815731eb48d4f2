package io.flexora.api.ability;

import ai.djl.ndarray.NDArray;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link BaseModel} whose frozen matrices can be pruned.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Compute with pruned matrices.")
public interface PrunableModel extends ModelAbility {

  /**
   * The same model with sparse matrices: y = (W ⊙ mask) x, and with an adapter whose change of the
   * matrix is D, y = (W ⊙ mask) x + (D ⊙ mask) x. This model stays as it is; the other one has
   * arrays of its own where it differs, shares the rest, and is closed before this one.
   *
   * @param matrices at most one for each site; they are copied
   * @throws io.flexora.api.run.FlexoraException if the model has no such layer or module
   * @throws IllegalArgumentException if a shape is not that of its matrix
   */
  BaseModel pruned(List<SparseMatrix> matrices);

  /**
   * A frozen matrix of which some numbers are pruned: they count as zero, and no adapter changes
   * them.
   *
   * @param site the module of the matrix
   * @param kept the numbers that are kept {@code [outputs, inputs]}, as booleans; a kept number may
   *     be zero
   * @param weight the numbers of the matrix {@code [outputs, inputs]}, float32 or float64, of which
   *     those that are pruned mean nothing; empty for those of the model
   */
  record SparseMatrix(AdapterSite site, NDArray kept, Optional<NDArray> weight) {}
}
