package io.flexora.numerics.transformer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processor as Linux describes it.
 *
 * @since 0.1
 */
public final class Processor {

  private static final Processor OF_THIS_MACHINE = of(Path.of("/proc/cpuinfo"));

  private final Map<String, String> lines;

  private Processor(Map<String, String> lines) {
    this.lines = lines;
  }

  /** This machine's processor, of which the system's description is read once. */
  public static Processor ofThisMachine() {
    return OF_THIS_MACHINE;
  }

  /**
   * The processor of a description.
   *
   * @param description a file such as {@code /proc/cpuinfo}; where it cannot be read, it tells
   *     nothing
   */
  static Processor of(Path description) {
    Map<String, String> lines = new LinkedHashMap<>();
    if (Files.isReadable(description)) {
      try (Stream<String> read = Files.lines(description)) {
        read.forEach(line -> lines.putIfAbsent(line.split(":", 2)[0].strip(), line));
      } catch (IOException | UncheckedIOException e) {
        return new Processor(Map.of());
      }
    }
    return new Processor(lines);
  }

  /** Its name; {@code unknown} if the system does not tell. */
  public String name() {
    return value("model name").filter(name -> !name.isEmpty()).orElse("unknown");
  }

  /** What it can do, as the system lists it; empty if it does not. */
  public String flags() {
    return lines.getOrDefault("flags", "");
  }

  /** Who makes it, such as {@code GenuineIntel}; empty if the system does not tell. */
  String vendor() {
    return value("vendor_id").orElse("");
  }

  /** The value of a key, that of the first core. */
  Optional<String> value(String key) {
    return Optional.ofNullable(lines.get(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip());
  }
}
