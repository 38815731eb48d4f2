package io.flexora.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The distribution that the build just made, and the source tree it was made from. */
final class Distribution {

  static final Path HOME = folder("flexora.distribution");
  static final Path SOURCES = folder("flexora.sources");

  private Distribution() {}

  /** The launcher. */
  static Path launcher() {
    return HOME.resolve("bin/flexora");
  }

  /** The jars of a folder, by name. */
  static List<Path> jars(String folder) {
    try (Stream<Path> files = Files.list(HOME.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jars that are bundles: the default ones and the plugins. */
  static List<Path> bundles() {
    return Stream.of("bundles", "plugins").flatMap(folder -> jars(folder).stream()).toList();
  }

  /** The jars of the framework itself. */
  static List<Path> framework() {
    return jars("lib").stream()
        .filter(jar -> jar.getFileName().toString().startsWith("flexora-"))
        .toList();
  }

  private static Path folder(String property) {
    return Path.of(System.getProperty(property)).toAbsolutePath().normalize();
  }
}
