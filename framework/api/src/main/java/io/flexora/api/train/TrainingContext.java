package io.flexora.api.train;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a trainer works on.
 *
 * @since 0.1
 */
@ProviderType
public interface TrainingContext {

  /** The model, adapted on the chosen layers. */
  AdaptedModel model();

  /** The training examples. */
  List<Tokens> training();

  /** The validation examples. */
  List<Tokens> validation();

  /** The owner of the result. */
  NDManager manager();

  /** The checkpoints of the training. */
  Checkpoints checkpoints();

  /** Where the training tells what it does. */
  Monitor monitor();
}
