package io.flexora.api.ability;

import ai.djl.ndarray.NDArray;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An {@link AdaptedModel} that can be saved whole, its adapters merged into the weights.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Be saved whole.")
public interface ModelExporter extends ModelAbility {

  /** The formats in which it can be saved, such as {@code onnx}; at least one. */
  List<String> exportFormats();

  /**
   * Saves the model with its adapters merged into the weights.
   *
   * @param format one of {@link #exportFormats}
   * @param theta the parameters
   * @param classes the names of the head's classes, which are written down where the format has a
   *     place for them; empty where there is no head
   * @param folder the folder to write, whole or not at all, in place of an earlier export; it may
   *     not be there yet, its parent is
   * @return a remark for the user, such as on what rounding to the format has changed; empty if
   *     nothing
   * @throws IOException if a file cannot be written
   * @throws io.flexora.api.run.FlexoraException if it has no such format
   */
  Optional<String> export(String format, NDArray theta, List<String> classes, Path folder)
      throws IOException;
}
