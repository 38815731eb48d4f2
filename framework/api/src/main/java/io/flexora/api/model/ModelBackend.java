package io.flexora.api.model;

import io.flexora.api.input.Tokenizer;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Loads models of some families on some engine. Its options name the model; its device is injected.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "model", affects = Effect.MODEL)
public interface ModelBackend {

  /**
   * Reads what the model looks like without loading its weights.
   *
   * @throws IOException if its files cannot be read
   * @throws io.flexora.api.run.FlexoraException if the files are not a model that the backend knows
   */
  ModelShape describe() throws IOException;

  /**
   * Opens the model's tokenizer, without loading its weights.
   *
   * @return a tokenizer of its own, to be closed by the caller
   * @throws IOException if its files cannot be read
   * @throws io.flexora.api.run.FlexoraException if the files are not a tokenizer
   */
  Tokenizer tokenizer() throws IOException;

  /**
   * Loads the model onto the device.
   *
   * @return a model of its own, to be closed by the caller
   * @throws IOException if its files cannot be read
   * @throws io.flexora.api.run.FlexoraException as {@link #describe}
   */
  BaseModel load() throws IOException;

  /**
   * Loads the model onto the device to score with it, without training: where the options leave the
   * compute type open, it is one whose numbers can be held against those of other programs.
   *
   * @return a model of its own, to be closed by the caller
   * @throws IOException if its files cannot be read
   * @throws io.flexora.api.run.FlexoraException as {@link #describe}
   */
  default BaseModel loadForInference() throws IOException {
    return load();
  }

  /**
   * How the model uses memory beside its weights; plainly, where nothing else is said.
   *
   * @throws IOException if its files cannot be read
   */
  default ModelMemory memory() throws IOException {
    return ModelMemory.PLAIN;
  }
}
