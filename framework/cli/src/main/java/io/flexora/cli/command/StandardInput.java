package io.flexora.cli.command;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.text.Utf8Text;
import java.io.IOException;
import java.io.InputStream;

/** Text that a command gets on its standard input. */
public final class StandardInput {

  /** What a user writes for it. */
  public static final String NAME = "-";

  private StandardInput() {}

  /**
   * Reads it to its end.
   *
   * @throws FlexoraException if it cannot be read or is not UTF-8
   */
  public static String text(InputStream in) {
    try {
      return Utf8Text.of(in.readAllBytes());
    } catch (IOException e) {
      throw new FlexoraException("cannot read standard input: " + e.getMessage(), e);
    }
  }
}
