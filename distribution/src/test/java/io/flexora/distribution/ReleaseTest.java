package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What an installation brings beside the program itself. */
class ReleaseTest {

  private static final long MIB = 1L << 20;

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void theJarsBringNativeLibrariesForThisPlatformAlone() throws IOException {
    List<String> natives = new ArrayList<>();
    for (Path jar : Distribution.jars("lib")) {
      try (FileSystem content = FileSystems.newFileSystem(jar, Map.of());
          Stream<Path> files = Files.walk(content.getPath("/"))) {
        files
            .map(Path::toString)
            .filter(name -> name.matches("(?i).*\\.(dll|dylib|jnilib|pdb|so|so[_.].*)"))
            .forEach(natives::add);
      }
    }
    assertThat(natives)
        .noneMatch(name -> name.matches("(?i).*(\\.dll|\\.dylib|\\.pdb|dSYM|aarch64|arm64).*"))
        .anyMatch(name -> name.endsWith("libtorch_cpu.so"))
        .anyMatch(name -> name.endsWith("linux-x64/libonnxruntime.so"))
        .anyMatch(name -> name.endsWith("libduckdb_java.so_linux_amd64"))
        .anyMatch(name -> name.endsWith("libtokenizers.so"))
        .anyMatch(name -> name.contains("cu128"));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void theLibrariesTakeLessThanHalfOfWhatTheyTookWithThoseOfAllPlatforms() throws IOException {
    long bytes = 0;
    for (Path jar : Distribution.jars("lib")) {
      bytes += Files.size(jar);
    }
    assertThat(bytes).isLessThan(185 * MIB).isGreaterThan(100 * MIB);
  }

  @Test
  void everyLibraryHasItsLicence() throws IOException {
    String table = Files.readString(Distribution.HOME.resolve("licenses/README.md"));
    for (String folder : List.of("lib", "bundles", "plugins")) {
      for (Path jar : Distribution.jars(folder)) {
        String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
        assertThat(table).containsPattern("\\| \\Q" + name + "\\E \\| [A-Za-z][^|]+ \\|");
      }
    }
    assertThat(table).contains("| maven-resolver-api-", "| onnxruntime-");
    assertThat(Distribution.HOME.resolve("licenses/" + library("onnxruntime-1")))
        .isDirectoryContaining("glob:**ThirdPartyNotices.txt");
  }

  private static String library(String start) {
    return Distribution.jars("lib").stream()
        .map(jar -> jar.getFileName().toString())
        .filter(name -> name.startsWith(start))
        .findFirst()
        .orElseThrow()
        .replaceFirst("\\.jar$", "");
  }
}
