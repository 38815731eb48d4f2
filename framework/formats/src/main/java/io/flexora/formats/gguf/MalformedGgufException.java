package io.flexora.formats.gguf;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;

/**
 * A file breaks a rule of the format.
 *
 * @since 0.1
 */
public final class MalformedGgufException extends FlexoraException {

  private static final long serialVersionUID = 1L;

  MalformedGgufException(Path file, String rule) {
    super(file + " is not a valid GGUF file: " + rule + "; fetch or write it again");
  }
}
