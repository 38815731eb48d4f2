package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {

  @ParameterizedTest
  @CsvSource({"bundles, ''", "plugins, example-selector runner-spark-driver"})
  void everyModuleIsThereButTheExampleAndWhatAnotherHolds(String folder, String others)
      throws IOException {
    assertThat(names(Distribution.jars(folder)))
        .containsExactlyInAnyOrderElementsOf(
            modules(folder).stream()
                .filter(module -> !List.of(others.split(" ", -1)).contains(module))
                .map(module -> "flexora-" + module + ".jar")
                .toList());
  }

  @Test
  void theClassPathHasOneVersionOfEachLibrary() {
    assertThat(names(Distribution.jars("lib")))
        .extracting(name -> name.replaceFirst("-[0-9].*", ""))
        .doesNotHaveDuplicates()
        .contains("pytorch-jni", "onnxruntime", "tokenizers", "org.apache.felix.framework");
  }

  @Test
  void nativeLibrariesTravelWithIt() {
    assertThat(names(Distribution.jars("lib")))
        .anyMatch(name -> name.startsWith("pytorch-native-"));
  }

  @Test
  void everyExperimentIsShipped() throws IOException {
    Path config = Distribution.SOURCES.resolve("config");
    try (var files = Files.walk(config)) {
      assertThat(files.filter(Files::isRegularFile))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(Distribution.HOME.resolve("config").resolve(config.relativize(file)))
                      .hasSameTextualContentAs(file));
    }
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(file -> file.getFileName().toString()).toList();
  }

  private static List<String> modules(String folder) throws IOException {
    String pom = Files.readString(Distribution.SOURCES.resolve(folder).resolve("pom.xml"));
    return Pattern.compile("<module>(.*?)</module>")
        .matcher(pom)
        .results()
        .map(m -> m.group(1))
        .toList();
  }
}
