package io.flexora.distribution.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.scaffold.PluginName;
import io.flexora.cli.scaffold.PluginProject;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From `flexora plugins new` to a row in a comparison, on a machine without a checkout. */
class NewSelectorTest {

  private static final long LARGEST_SDK = 20_000_000;

  /** The repository of the kit is a folder, which counts as a network where nothing is said. */
  private static final String MAKE =
      """
      mvn() { command mvn -B -o -Daether.offline.protocols=file "$@"; }
      export PATH=~/flexora/distribution/target/flexora/bin:$PATH
      flexora plugins new selector steepest
      cd steepest
      """;

  /** The project's own comparison on a model and data so small that it takes seconds. */
  private static final String COMPARE =
      """
      flexora compare compare.yaml --quiet --set device=cpu --set seeds=[1] \\
        --set trainer.max_steps=2 --set budget.layers=2 \\
        --set models.bge.source=file:%1$s/model.onnx --set models.bge.max_tokens=24 \\
        --set tasks.supersense.dataset.source=file:%1$s \\
        --set tasks.supersense.dataset.train=60 --set tasks.supersense.dataset.validation=40 \\
        --set tasks.supersense.dataset.test=40
      """;

  private static final String ASK =
      """
      flexora query --csv \\
        "SELECT strategy, state, len(layers) AS n FROM cells ORDER BY strategy"
      """;

  @TempDir Path folder;

  @Test
  void aProjectBuildsPassesItsSuiteAndIsCompared() throws Exception {
    Reader reader =
        new Reader(Files.createDirectory(folder.resolve("home"))).withCheckout().withoutContracts();
    TinyExperiment tiny = TinyExperiment.in(folder.resolve("tiny"));
    Walk walk =
        new Walk(
            Files.createDirectory(folder.resolve("shell")),
            List.of(
                commands(MAKE),
                commands(readme(0)),
                commands(readme(1)),
                commands(COMPARE.formatted(tiny.folder())),
                commands(ASK)));

    long began = System.nanoTime();
    int code = walk.follow(reader.home(), reader.environment());
    double seconds = (System.nanoTime() - began) / 1e9;
    reader.leave();

    assertThat(code).as(walk.transcript()).isZero();
    assertThat(walk.printed(1)).contains("Tests run: ", "Failures: 0, Errors: 0", "BUILD SUCCESS");
    assertThat(walk.printed(2)).contains("steepest", "layers");
    assertThat(walk.printed(4).lines())
        .containsExactly("strategy,state,n", "all,done,4", "random,done,2", "steepest,done,2");
    assertThat(seconds).as("a newcomer needs minutes").isLessThan(240);
  }

  @Test
  void theKitHasOnlyWhatIsOursAndIsSmall() throws IOException {
    Path sdk = Program.HOME.resolve("sdk");
    try (Stream<Path> all = Files.walk(sdk)) {
      List<Path> files = all.filter(Files::isRegularFile).toList();
      assertThat(files)
          .hasSizeGreaterThan(40)
          .allMatch(file -> sdk.relativize(file).startsWith("io/flexora"));
      assertThat(files.stream().mapToLong(file -> file.toFile().length()).sum())
          .isLessThan(LARGEST_SDK);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"api", "results", "files", "numerics", "transformers", "testkit"})
  void anEditorFindsSourcesAndDocumentation(String module) throws IOException {
    String name = "flexora-%s-%s".formatted(module, Reader.version());
    Path folder =
        Program.HOME.resolve("sdk/io/flexora/flexora-%s/%s".formatted(module, Reader.version()));
    for (String kind : List.of("", "-sources", "-javadoc")) {
      try (JarFile jar = new JarFile(folder.resolve(name + kind + ".jar").toFile())) {
        String ending = kind.equals("-sources") ? ".java" : kind.isEmpty() ? ".class" : ".html";
        assertThat(jar.stream().filter(entry -> entry.getName().endsWith(ending)).count())
            .as(name + kind)
            .isGreaterThan(5);
      }
    }
  }

  private static Step commands(String text) {
    return new Step.Commands(text, Optional.empty());
  }

  /** The commands of the project's README, in order. */
  private static String readme(int block) {
    PluginProject project = new PluginProject("selector", new PluginName("steepest"), Program.HOME);
    List<Step> steps = Step.of(project.files().get("README.md"));
    assertThat(steps).hasSize(3);
    return ((Step.Commands) steps.get(block))
        .text()
        .replace(Program.HOME.toString(), "$HOME/flexora/distribution/target/flexora");
  }
}
