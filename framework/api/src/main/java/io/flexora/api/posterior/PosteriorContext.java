package io.flexora.api.posterior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The trained model and the examples that a posterior works on.
 *
 * @since 0.1
 */
@ProviderType
public interface PosteriorContext {

  /** The adapted model. */
  AdaptedModel model();

  /** Its trained parameters, which belong to the context. */
  NDArray theta();

  /** The training examples. */
  List<Tokens> training();

  /** The validation examples; may be empty. */
  List<Tokens> validation();

  /**
   * The parameters that {@link Posterior#snapshots} asked for, the oldest first: fewer if the
   * training had fewer steps.
   */
  List<NDArray> snapshots();

  /**
   * Trains the same model on the same layers and examples once more, for no longer than the first
   * time, with initial values, order of the data and dropout from other seeds. Where the adapter
   * method makes no other initial values for the model, such as those that belong to constants of
   * its adapters, these are the same, and the host tells so. An interrupted training goes on where
   * it stood.
   *
   * @param number the number of the further training, from 1
   * @return the trained parameters, attached to the manager
   */
  NDArray snapshot(int number);

  /** The seeds of what is drawn. */
  Seeds seeds();

  /** The owner of what is kept. */
  NDManager manager();

  /** Where the fit tells what it does. */
  Monitor monitor();
}
