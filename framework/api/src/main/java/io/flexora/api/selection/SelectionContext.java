package io.flexora.api.selection;

import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a strategy can look at.
 *
 * @since 0.1
 */
@ProviderType
public interface SelectionContext {

  /** What the model looks like; its {@code layers} are the candidates. */
  ModelShape shape();

  /** How many layers the run's main strategy chose; empty in the main strategy itself. */
  OptionalInt mainCount();

  /**
   * Makes the bilevel problem with gated adapters on all layers. The model is loaded on the first
   * call. The same options give the same problem.
   */
  BilevelProblem problem(ProblemOptions options);

  /** The owner of what a strategy keeps between its steps; closed when it has chosen. */
  NDManager manager();

  /** The checkpoints of the search. */
  Checkpoints checkpoints();

  /** Where the search tells what it does. */
  Monitor monitor();
}
