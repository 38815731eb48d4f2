package io.flexora.formats.safetensors;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;

/**
 * A file breaks a rule of the format.
 *
 * @since 0.1
 */
public final class MalformedSafetensorsException extends FlexoraException {

  private static final long serialVersionUID = 1L;

  MalformedSafetensorsException(Path file, String rule) {
    this(file + " is not a valid safetensors file: " + rule);
  }

  private MalformedSafetensorsException(String problem) {
    super(problem + "; fetch or write it again");
  }

  static MalformedSafetensorsException ofIndex(Path index, String rule) {
    return new MalformedSafetensorsException(
        index + " is not a valid index of safetensors files: " + rule);
  }
}
