package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static final Path QUICKSTART = Distribution.HOME.resolve("config/quickstart.yaml");

  private static final String SCHEMA_LINE = "# yaml-language-server: $schema=";

  private static String ofExperiments;
  private static String ofComparisons;

  @TempDir Path folder;

  @BeforeAll
  static void printSchemas(@TempDir Path place) throws Exception {
    ofExperiments = print(place);
    ofComparisons = print(place, "--comparison");
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void theSchemaAcceptsEveryShippedExperiment(Path file) throws Exception {
    assertThat(schema(ofExperiments).validate(YAML.readTree(file.toFile()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("comparisons")
  void theSchemaAcceptsEveryShippedComparison(Path file) throws Exception {
    assertThat(schema(ofComparisons).validate(YAML.readTree(file.toFile()))).isEmpty();
  }

  @Test
  void anEditorFindsTheSchemaOfEveryShippedFile() throws Exception {
    requireSchema(experiments(), ofExperiments);
    requireSchema(comparisons(), ofComparisons);
  }

  private static void requireSchema(List<Path> files, String schema) throws IOException {
    for (Path file : files) {
      String first = Files.readAllLines(file).get(0);
      assertThat(first).startsWith(SCHEMA_LINE);
      Path shipped = file.resolveSibling(first.substring(SCHEMA_LINE.length())).normalize();
      assertThat(Files.readString(shipped).strip()).as(first).isEqualTo(schema.strip());
    }
  }

  @Test
  void theShortComparisonPassesItsDryRun() throws Exception {
    Shell.Outcome outcome =
        shell()
            .run(
                Distribution.launcher(),
                "compare",
                Distribution.HOME.resolve("config/compare-quickstart.yaml").toString(),
                "--dry-run",
                "--benchmark",
                "0");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("bge.supersense.flexora.5", "50 cells");
    assertThat(folder).as("a dry run leaves nothing behind").isEmptyDirectory();
  }

  @Test
  void theSchemaRefusesAnUnknownKey() throws Exception {
    JsonNode experiment = YAML.readTree(QUICKSTART.toFile());
    ((com.fasterxml.jackson.databind.node.ObjectNode) experiment).put("sede", 1);

    assertThat(schema(ofExperiments).validate(experiment)).isNotEmpty();
  }

  @Test
  void theQuickstartPassesItsCheckWhichSaysWhereASearchIsLong() throws Exception {
    Shell.Outcome outcome =
        shell()
            .run(
                Distribution.launcher(),
                "check",
                QUICKSTART.toString(),
                "--set",
                "selector.batch_size=16");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("layers", "parameters", "OF TRAINING")
        .contains("What to expect with 2,000 rows once and 3 of 12 layers")
        .contains("Measured searches may have had other steps and batches.")
        .containsPattern(
            "main: On an encoder of 12 layers, 2,000 rows once, in points of accuracy: \\d\\.\\d"
                + " above 3 random layers on 1 task \\(")
        .containsPattern("random: On .*: \\d\\.\\d below all layers at the same learning rate")
        .doesNotContain("Here: ")
        .containsPattern("The search takes longer than the training, .* in main \\(\\d\\.\\d x\\)");
    assertThat(folder).as("a check leaves nothing behind").isEmptyDirectory();
  }

  @Test
  void aMistakeIsToldWithItsPlaceAndTheNearestName() throws Exception {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(file, Files.readString(QUICKSTART).replace("seed: 42", "sede: 42"));

    Shell.Outcome outcome = shell().run(Distribution.launcher(), "run", file.toString());

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("mine.yaml:", "sede", "seed").doesNotContain("\tat ");
    assertThat(outcome.out()).isEmpty();
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  /** Of commands that end before the optimising compiler has paid for itself. */
  private Shell shell() {
    return Shell.in(folder).with("FLEXORA_JAVA_OPTS", Program.JAVA_OPTIONS);
  }

  static List<Path> experiments() throws IOException {
    return files(file -> !isComparison(file));
  }

  static List<Path> comparisons() throws IOException {
    return files(ConfigurationTest::isComparison);
  }

  private static boolean isComparison(Path file) {
    try {
      return Files.readAllLines(file).contains("strategies:");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Predicate<Path> which) throws IOException {
    try (var files = Files.list(Distribution.HOME.resolve("config"))) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(which)
          .sorted()
          .toList();
    }
  }

  private static JsonSchema schema(String text) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(text);
  }

  private static String print(Path place, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("schema"));
    arguments.addAll(List.of(options));
    Shell.Outcome outcome =
        Shell.in(place).run(Distribution.launcher(), arguments.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome.out();
  }
}
