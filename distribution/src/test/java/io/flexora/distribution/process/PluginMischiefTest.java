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
    Program.Outcome outcome = run("middle@1.0.0", "--json");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("a plugin was here");
    assertThat(outcome.out())
        .contains(
            "selector 'middle' is that of plugin mischief 1.0.0, in place of the shipped one of plugin flexora-");
    ObjectMapper json = new ObjectMapper();
    assertThat(outcome.out().lines().toList())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(json.readTree(line).isObject()).isTrue());
  }

  @Test
  void whatAPluginChangesOfTheProcessIsPutBackAndThePluginNamed() throws Exception {
    Program.Outcome outcome = run("rude", "--set", "baselines={fixed: {use: layers, layers: [0]}}");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out() + outcome.err())
        .containsPattern("\\baccuracy\\b|\\bACCURACY\\b")
        .doesNotContainPattern("[\u0660-\u0669]");
    for (String part :
        List.of(
            "the default locale",
            "the default time zone",
            "System.out",
            "System.err",
            "System.in")) {
      assertThat(outcome.err())
          .contains("plugin mischief 1.0.0 changed " + part + " of the whole process");
    }
    assertThat(outcome.err()).contains("plugin mischief 1.0.0 leaves thread 'eternal' running");
    assertThat(report(outcome)).contains("plugin mischief 1.0.0 changed the default locale");
  }

  @Test
  void aNameMeansTheShippedExtensionAndWhoWantsAnotherAsksForItsVersion() throws Exception {
    Program.Outcome unsaid = command().run(words("{use: middle, layers: 2}"));
    List<String> arguments = words("middle@1.0.0");
    arguments.set(0, "check");
    Program.Outcome checked = command().run(arguments);

    assertThat(unsaid.code()).as(unsaid.err()).isZero();
    assertThat(unsaid.err())
        .doesNotContain("a plugin was here")
        .contains("selector 'middle' is that of plugin flexora-selector-fixed 0.1.0")
        .contains("but plugin mischief 1.0.0 has one, too");
    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.out()).contains("that of plugin mischief 1.0.0, in place of the shipped");
    assertThat(report(unsaid)).contains("but plugin mischief 1.0.0 has one, too");
  }

  private static String report(Program.Outcome run) throws IOException {
    String folder = run.out().replaceAll("(?s).*?(/\\S*/report\\.html).*", "$1");
    return Files.readString(Path.of(folder)).replace("&#39;", "'");
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
        .contains("--set strategies.exit=middle: selector 'middle' is that of plugin flexora-")
        .contains("but plugin mischief 1.0.0 has one, too; write 'middle@0.1.0");
    assertThat(pinned.code()).as(pinned.err()).isZero();
    assertThat(pinned.err()).contains("that of plugin mischief 1.0.0, in place of the shipped one");
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
