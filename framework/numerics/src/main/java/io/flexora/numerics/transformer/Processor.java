package io.flexora.numerics.transformer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Linux tells of the processor.
 *
 * @since 0.1
 */
public final class Processor {

  static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** The name of this machine's processor; {@code unknown} if the system does not tell. */
  public static String name() {
    return line(DESCRIPTION, "model name")
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(name -> !name.isEmpty())
        .orElse("unknown");
  }

  /** What this machine's processor can do, as the system lists it; empty if it does not. */
  public static String flags() {
    return line(DESCRIPTION, "flags").orElse("");
  }

  /**
   * The first line of a key, such as {@code flags}.
   *
   * @param description a file such as {@link #DESCRIPTION}; where it cannot be read, nothing is
   *     found
   */
  static Optional<String> line(Path description, String key) {
    if (!Files.isReadable(description)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(description)) {
      return lines.filter(line -> line.startsWith(key)).findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }
}
