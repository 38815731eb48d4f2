package io.flexora.transformers.family;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads what a checkpoint says of its model. A bundle of model families brings this and a {@link
 * CausalDescription}.
 *
 * @since 0.1
 */
@ConsumerType
@FunctionalInterface
public interface CausalFamilies {

  /**
   * Reads the {@code config.json} of a checkpoint in Hugging Face form.
   *
   * @param folder the folder of the checkpoint
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it describes a model that is not computed here, or none at all
   */
  CausalDescription ofFolder(Path folder) throws IOException;

  /**
   * Reads the metadata of a GGUF file.
   *
   * @return a description with a {@link CausalDescription#gguf}
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it describes a model that is not computed here, or none at all
   */
  default CausalDescription ofGguf(GgufFile file) throws IOException {
    throw new FlexoraException(
        file.path()
            + " is a GGUF file, which these families are not read from; take a folder with"
            + " config.json and *.safetensors");
  }
}
