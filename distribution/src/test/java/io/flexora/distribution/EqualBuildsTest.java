package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The jars that are built here hold nothing that another folder, another hour or another order of
 * the compiler's would change: two builds of one commit are equal byte by byte.
 */
class EqualBuildsTest {

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  /** The headers that come from a project's files or that bnd sorts. */
  private static final Set<String> HEADERS =
      Set.of(
          "Automatic-Module-Name",
          "Build-Jdk-Spec",
          "Bundle-ClassPath",
          "Bundle-Description",
          "Bundle-License",
          "Bundle-ManifestVersion",
          "Bundle-Name",
          "Bundle-SymbolicName",
          "Bundle-Version",
          "Created-By",
          "Export-Package",
          "Flexora-Plugin",
          "Import-Package",
          "Manifest-Version",
          "Provide-Capability",
          "Require-Capability");

  private static List<Path> jars() {
    return Stream.concat(Distribution.framework().stream(), Distribution.bundles().stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("jars")
  void aJarDependsOnItsSourcesAlone(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      String written = instructions(path);
      Attributes headers = jar.getManifest().getMainAttributes();
      assertThat(headers.keySet().stream().map(Object::toString)).isSubsetOf(HEADERS);
      assertThat(jar.getManifest().getEntries()).isEmpty();
      for (String list : List.of("Import-Package", "Export-Package")) {
        assertThat(
                names(headers.getValue(list)).stream().filter(n -> !written.contains(n)).toList())
            .isSorted();
      }
      assertThat(headers.values().toString())
          .doesNotContain(Distribution.SOURCES.toString(), System.getProperty("user.home"))
          .doesNotContain("target/classes");
      assertThat(jar.stream()).allSatisfy(e -> assertThat(e.getTimeLocal()).isEqualTo(TIME));
    }
  }

  /** The headers in the project's own order, which bnd keeps. */
  private static String instructions(Path jar) throws IOException {
    String module =
        jar.getFileName().toString().replaceFirst("^flexora-(.*?)(-\\d.*)?\\.jar$", "$1");
    for (String room : List.of("framework", "bundles", "plugins")) {
      Path file = Distribution.SOURCES.resolve(room).resolve(module).resolve("bnd.bnd");
      if (Files.exists(file)) {
        return Files.readString(file);
      }
    }
    return "";
  }

  /** The packages of a header, in its order. */
  private static List<String> names(String header) {
    return header == null
        ? List.of()
        : Stream.of(header.replaceAll("\"[^\"]*\"", "").split(",", -1))
            .map(clause -> clause.split(";", 2)[0])
            .collect(Collectors.toList());
  }
}
