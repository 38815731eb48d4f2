package io.flexora.cli.command;

import io.flexora.api.run.FlexoraException;

/** A run that was begun and did not end well; its exit code differs from that of wrong input. */
public final class RunFailedException extends FlexoraException {

  private static final long serialVersionUID = 1L;

  public RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
