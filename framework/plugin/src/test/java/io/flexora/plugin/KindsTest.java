package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.plugin.ExtensionPoint;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KindsTest {

  @Test
  void everyExtensionPointOfTheContractsIsTheHosts() throws Exception {
    List<Class<?>> points = new ArrayList<>();
    for (String name : contracts()) {
      Class<?> type = Class.forName(name, false, ExtensionPoint.class.getClassLoader());
      if (type.isAnnotationPresent(ExtensionPoint.class)) {
        points.add(type);
      }
    }
    assertThat(points)
        .hasSizeGreaterThan(15)
        .allSatisfy(
            point ->
                assertThat(Kinds.ofHost(point.getAnnotation(ExtensionPoint.class).value()))
                    .isEqualTo(Optional.of(point)));
  }

  /** The names of the classes beside the annotation, in a jar or a folder. */
  private static List<String> contracts() throws Exception {
    Path source =
        Path.of(ExtensionPoint.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(source)) {
      return names(source);
    }
    try (FileSystem jar = FileSystems.newFileSystem(source)) {
      return names(jar.getPath("/"));
    }
  }

  private static List<String> names(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("io/flexora/api"))) {
      return files
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
          .map(file -> file.replaceFirst("\\.class$", "").replace('/', '.'))
          .toList();
    }
  }
}
