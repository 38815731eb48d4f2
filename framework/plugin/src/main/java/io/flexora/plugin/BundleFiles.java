package io.flexora.plugin;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The bundles that a path means. */
final class BundleFiles {

  private BundleFiles() {}

  /** A jar or an exploded bundle is itself; a folder is the jars and exploded bundles in it. */
  static List<Path> in(Path path) {
    if (!Files.exists(path)) {
      throw new FlexoraException("there is no bundle or folder of bundles at " + path);
    }
    if (Files.isRegularFile(path) || isExploded(path)) {
      return List.of(path.toAbsolutePath().normalize());
    }
    return children(path.toAbsolutePath().normalize()).stream()
        .filter(child -> isJar(child) || isExploded(child))
        .toList();
  }

  /** What in the plugins' folder is looked at: all but hidden files, notes and plain folders. */
  static List<Path> candidates(Path folder) {
    return Files.isDirectory(folder)
        ? children(folder.toAbsolutePath().normalize()).stream()
            .filter(BundleFiles::isCandidate)
            .toList()
        : List.of();
  }

  private static boolean isCandidate(Path child) {
    String name = child.getFileName().toString();
    boolean note = name.startsWith(".") || name.startsWith("README") || name.endsWith(".part");
    return !note && (Files.isRegularFile(child) || isExploded(child));
  }

  static boolean isExploded(Path folder) {
    return Files.isRegularFile(folder.resolve(JarFile.MANIFEST_NAME));
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(".jar") && Files.isRegularFile(file);
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw ReadFailure.explain(folder, e);
    }
  }
}
