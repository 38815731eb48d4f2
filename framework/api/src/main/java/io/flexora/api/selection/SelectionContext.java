package io.flexora.api.selection;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a strategy can look at. Its abilities are those of the frozen model, which is loaded when
 * one is first asked for.
 *
 * @since 0.1
 */
@ProviderType
public interface SelectionContext extends SelectionBounds, HasAbilities {

  /**
   * Makes the bilevel problem with gated adapters on all layers. The model is loaded on the first
   * call. The same options give the same problem.
   */
  BilevelProblem problem(ProblemOptions options);

  /** The training examples as the model sees them. */
  List<Tokens> trainingExamples();

  /**
   * Passes the gradients of the training loss in the frozen matrices of some layers' {@linkplain
   * #targets target modules} to a visitor, without any adapter and dropout: one batch after the
   * other, each with the gradients of its mean loss. The matrices of these layers are
   * differentiated together, which takes as much memory as they have once more.
   *
   * @param scope the owner of temporary arrays
   * @param layers ascending
   * @param batches examples that go through the model together
   */
  void weightGradients(
      NDManager scope,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor);

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
