package io.flexora.distribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin does in the command's own process, and what the command makes of it. */
@DisabledOnOs(OS.WINDOWS)
class PluginMischiefTest {

  @TempDir static Path folder;

  private static ProcessComparison comparison;
  private static TinyExperiment experiment;

  @BeforeAll
  static void writePlugin() throws IOException {
    comparison = ProcessComparison.of(folder, "1m", "all", "exit", "none");
    experiment = TinyExperiment.in(folder.resolve("data"));
  }

  @Test
  void anExitInARunIsAFailureThatNamesThePluginAndTheCell() throws Exception {
    Program.Outcome outcome = run("exit");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("error: mischief.Exit.select(Exit.java:")
        .contains("ended the program by System.exit (plugin mischief 1.0.0) during cell 'main'");
  }

  @Test
  void anExitInACellOfThisProcessIsAFailureOfTheComparison() throws Exception {
    List<String> arguments = new ArrayList<>(comparison.arguments());
    arguments.addAll(List.of("--set", "runner=local"));

    Program.Outcome outcome = Program.run(comparison.working(), arguments.toArray(String[]::new));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("(plugin mischief 1.0.0) during cell 'bert.glosses.exit.1'");
  }

  @Test
  void whatAPluginThrowsIsToldAsThePlugins() throws Exception {
    Program.Outcome outcome = command().run(words("fail"));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .containsPattern(
            "selector fail of plugin mischief 1\\.0\\.0 failed: ArithmeticException: no layers"
                + " today \\(at Fail\\.java:\\d+\\)")
        .contains("--debug shows where it happened")
        .doesNotContain("defect of the program");
  }

  @Test
  void whatAPluginPrintsDoesNotStandAmongTheResultsAndThatItTookANameIsTold() throws Exception {
    Program.Outcome outcome = run("middle", "--json");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("a plugin was here");
    assertThat(outcome.out())
        .contains("selector 'middle' is that of plugin mischief 1.0.0, but plugin flexora-");
    ObjectMapper json = new ObjectMapper();
    assertThat(outcome.out().lines().toList())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(json.readTree(line).isObject()).isTrue());
  }

  @Test
  void aComparisonHasToSayWhichPluginANameMeans() throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("compare", comparison.file().toString(), "--dry-run"));
    arguments.addAll(List.of("--plugins", comparison.plugins().toString()));
    arguments.addAll(List.of("--set", "output_dir=" + folder.resolve("runs")));
    arguments.addAll(List.of("--set", "strategies.exit=middle"));
    Program.Outcome open = command().run(arguments);
    arguments.addAll(List.of("--set", "strategies.exit=middle@1.0.0"));
    Program.Outcome pinned = command().run(arguments);

    assertThat(open.code()).isEqualTo(2);
    assertThat(open.err())
        .contains("--set strategies.exit=middle: selector 'middle' is that of plugin mischief")
        .contains("write 'middle@1.0.0' to keep to it");
    assertThat(pinned.code()).as(pinned.err()).isZero();
  }

  @Test
  void aPipeIsNoPlugin() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("pipes"));
    new ProcessBuilder("mkfifo", plugins.resolve("x.jar").toString()).start().waitFor();

    Program.Outcome outcome =
        command().run(List.of("plugins", "--strict", "--plugins", plugins.toString()));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).contains("x.jar").contains("it is a pipe or a device");
  }

  /** For what neither ends its process nor prints past the command. */
  private static Command command() {
    return new Command(folder.resolve("cache"));
  }

  private static Program.Outcome run(String selector, String... more) throws Exception {
    List<String> words = words(selector);
    words.addAll(List.of(more));
    return Program.run(folder, words.toArray(String[]::new));
  }

  private static List<String> words(String selector) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                experiment.file().toString(),
                "--plugins",
                comparison.plugins().toString(),
                "--set",
                "selector=" + selector,
                "--set",
                "baselines={}"));
    words.addAll(List.of("--set", "output_dir=" + folder.resolve("runs")));
    return words;
  }
}
