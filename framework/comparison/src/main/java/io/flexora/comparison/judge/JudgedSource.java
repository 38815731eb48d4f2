package io.flexora.comparison.judge;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file or a folder of results, and whose they are where that is said on the command line.
 *
 * @param path the file, or the folder
 * @param strategy the name of the strategy; empty for what the files say
 * @param seed its seed; empty for what the files say
 */
record JudgedSource(Path path, Optional<String> strategy, OptionalLong seed) {

  /**
   * Reads {@code PATH}, {@code NAME=PATH} or {@code NAME@SEED=PATH}. A path that is there may hold
   * any character.
   *
   * @throws FlexoraException if a seed is no whole number
   */
  static JudgedSource of(String written) {
    int equals = written.indexOf('=');
    if (equals < 1 || Files.exists(Path.of(written))) {
      return new JudgedSource(Path.of(written), Optional.empty(), OptionalLong.empty());
    }
    String name = written.substring(0, equals);
    Path path = Path.of(written.substring(equals + 1));
    int at = name.lastIndexOf('@');
    if (at < 1) {
      return new JudgedSource(path, Optional.of(name), OptionalLong.empty());
    }
    return new JudgedSource(path, Optional.of(name.substring(0, at)), seed(name, at));
  }

  private static OptionalLong seed(String name, int at) {
    try {
      return OptionalLong.of(Long.parseLong(name.substring(at + 1)));
    } catch (NumberFormatException e) {
      throw new FlexoraException(
          "seed '%s' of '%s' is no whole number; write NAME@SEED=PATH, such as lora@1=out/lora-1"
              .formatted(name.substring(at + 1), name),
          e);
    }
  }

  /** The same for a file of the folder. */
  JudgedSource file(Path file) {
    return new JudgedSource(file, strategy, seed);
  }

  /** The strategy as it was written for this source, or else as the file says. */
  String strategyOr(String told) {
    return strategy.orElse(told);
  }
}
