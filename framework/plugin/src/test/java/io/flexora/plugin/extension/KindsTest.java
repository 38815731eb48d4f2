package io.flexora.plugin.extension;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.results.report.Report;
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
    List<String> names = new ArrayList<>(classes(ExtensionPoint.class, "io/flexora/api"));
    names.addAll(classes(Report.class, "io/flexora/results"));
    for (String name : names) {
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

  /** The names of the classes of some packages, where one of them is: in a jar or a folder. */
  private static List<String> classes(Class<?> one, String packages) throws Exception {
    Path source = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(source)) {
      return names(source, packages);
    }
    try (FileSystem jar = FileSystems.newFileSystem(source)) {
      return names(jar.getPath("/"), packages);
    }
  }

  private static List<String> names(Path root, String packages) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(packages))) {
      return files
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
          .map(file -> file.replaceFirst("\\.class$", "").replace('/', '.'))
          .toList();
    }
  }
}
