package io.flexora.api.selection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a strategy can look at.
 *
 * @since 0.1
 */
@ProviderType
public interface SelectionContext extends SelectionBounds {

  /**
   * Makes the bilevel problem with gated adapters on all layers. The model is loaded on the first
   * call. The same options give the same problem.
   */
  BilevelProblem problem(ProblemOptions options);

  /**
   * A frozen weight matrix. The model is loaded on the first call.
   *
   * @param scope the owner of the result
   * @param layer the layer, from 0
   * @param module the name of one of the {@linkplain #targets adapted modules}
   * @return {@code [outputs, inputs]}, float32
   * @throws UnsupportedOperationException if the model does not show its weights
   */
  NDArray weight(NDManager scope, int layer, String module);

  /** The modules that are adapted in each chosen layer. */
  List<ModuleShape> targets();

  /** The owner of what a strategy keeps between its steps; closed when it has chosen. */
  NDManager manager();

  /**
   * Whether the time that the search may take is over. A search of many steps asks after each,
   * where it could end with what it has found so far, and ends if it is.
   */
  default boolean timeIsUp() {
    return false;
  }

  /** The checkpoints of the search. */
  Checkpoints checkpoints();

  /** Where the search tells what it does. */
  Monitor monitor();
}
