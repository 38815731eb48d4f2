package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.scaffold.ExtensionPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PluginNewTest {

  @TempDir private Path folder;
  private Path home;
  private Path made;

  @BeforeEach
  void makeInstallation() throws IOException {
    home = folder.resolve("home & co");
    for (String part : List.of("bundles", "plugins", "sdk")) {
      Files.createDirectories(home.resolve(part));
    }
    made = folder.resolve("work/mine");
  }

  static Map<String, Class<?>> points() {
    return ExtensionPoints.all();
  }

  static Set<String> kinds() {
    return points().keySet();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyExtensionPointHasAProject(String kind) throws IOException {
    Invocation result = make(kind, "flat-2-minima");

    String jar = "flat-2-minima-%s-1.0.0.jar".formatted(kind);
    String point = points().get(kind).getSimpleName();
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("mvn verify", jar, "flexora ");
    assertThat(files())
        .contains(
            "README.md",
            "bnd.bnd",
            "pom.xml",
            "src/main/java/com/example/flat2minima/Flat2Minima%s.java".formatted(point),
            "src/main/java/com/example/flat2minima/Flat2MinimaOptions.java",
            "src/main/java/com/example/flat2minima/Flat2MinimaPlugin.java",
            "src/main/java/com/example/flat2minima/package-info.java",
            "src/test/java/com/example/flat2minima/Flat2Minima%sSuiteTest.java".formatted(point))
        .containsAnyOf("experiment.yaml", "compare.yaml")
        .allMatch(file -> file.startsWith("src/") || !file.startsWith("partials"));
    for (String file : files()) {
      assertThat(Files.readString(made.resolve(file))).as(file).doesNotContain("{{");
    }
    assertThat(Files.readString(made.resolve("README.md")))
        .contains("mvn verify", jar, "plugins show " + kind + "/flat-2-minima");
  }

  @Test
  void theInstallationIsTheRepositoryOfTheContracts() throws IOException {
    make("selector", "flat-2-minima");

    assertThat(Files.readString(made.resolve("pom.xml")))
        .contains("<url>file:///", "/home%20&amp;%20co/sdk</url>")
        .contains("<artifactId>flat-2-minima-selector</artifactId>")
        .containsPattern("<flexora.version>[0-9][^<]*</flexora.version>")
        .doesNotContain("<version></version>")
        .doesNotContainPattern("<version>\\$\\{(?!flexora.version})");
  }

  /** It tells how many layers it chooses, and refuses scores that are no numbers. */
  @Test
  void aSelectorIsOneThatScores() throws IOException {
    make("selector", "flat-2-minima");

    assertThat(
            Files.readString(
                made.resolve("src/main/java/com/example/flat2minima/Flat2MinimaSelector.java")))
        .contains(
            "extends ScoringSelector {", "super(\"flat-2-minima\", options.layers());", "scores(");
  }

  /** It has the abilities of the shipped encoders. */
  @Test
  void aModelIsATransformerOfTheLibrary() throws IOException {
    make("model", "flat-2-minima");

    Path sources = made.resolve("src/main/java/com/example/flat2minima");
    assertThat(Files.readString(sources.resolve("Flat2MinimaModel.java")))
        .contains("extends EncoderModel {");
    assertThat(Files.readString(sources.resolve("Flat2MinimaModelBackend.java")))
        .contains("extends TransformerBackend {", "EncoderModel.ENCODER_ABILITIES");
  }

  @ParameterizedTest
  @CsvSource({
    "selector, Mine, cannot name an extension",
    "selector, a--b, cannot name an extension",
    "selector, ../x, cannot name an extension",
    "selector, class, is a word of Java",
    "selector, scoring, its class ScoringSelector would have the name of one that it imports",
    "selector, problem, its class ProblemOptions would",
    "model, encoder, its class EncoderModel would",
    "solver, inner, its class InnerOptions would",
    "trainer, update, its class UpdateOptions would",
    "trainr, mine, there is no extension point 'trainr'; there are: adapter"
  })
  void whatCannotBeMadeIsRefusedAndNothingIsWritten(String kind, String name, String why)
      throws IOException {
    Invocation result = make(kind, name);

    assertThat(result.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(result.err()).contains(why).hasLineCount(1);
    assertThat(made.getParent()).doesNotExist();
  }

  @Test
  void aFolderThatIsThereStaysAsItIs() throws IOException {
    Files.createDirectories(made);
    Files.writeString(made.resolve("mine.txt"), "mine");

    Invocation result = make("selector", "mine");

    assertThat(result.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(result.err()).contains(made + " is there already");
    assertThat(files()).containsExactly("mine.txt");
  }

  @Test
  void anInstallationWithoutWhatIsNeededSaysSo() throws IOException {
    Files.delete(home.resolve("sdk"));

    Invocation result = make("selector", "mine");

    assertThat(result.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(result.err()).contains("sdk is not there");
  }

  private Invocation make(String kind, String name) {
    return Invocation.at(home, "plugins", "new", kind, name, "--folder", made.toString());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(made)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> made.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
