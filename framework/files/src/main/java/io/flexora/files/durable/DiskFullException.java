package io.flexora.files.durable;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;

/**
 * A file could not be written since the disk, or the user's quota of it, is full.
 *
 * @since 0.1
 */
public final class DiskFullException extends FlexoraException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception with the message for the user. */
  public DiskFullException(String message, IOException cause) {
    super(message, cause);
  }
}
