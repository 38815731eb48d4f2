package io.flexora.distribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
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
    Program.Outcome outcome = run("fail");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("selector fail of plugin mischief 1.0.0 failed: ArithmeticException: no layers")
        .doesNotContain("defect of the program");
  }

  @Test
  void whatAPluginPrintsDoesNotStandAmongTheResults() throws Exception {
    Program.Outcome outcome = run("print", "--json");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("a plugin was here");
    ObjectMapper json = new ObjectMapper();
    assertThat(outcome.out().lines().toList())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(json.readTree(line).isObject()).isTrue());
  }

  @Test
  void aPipeIsNoPlugin() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("pipes"));
    new ProcessBuilder("mkfifo", plugins.resolve("x.jar").toString()).start().waitFor();

    Program.Outcome outcome = Program.run(folder, "plugins", "--plugins", plugins.toString());

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("x.jar").contains("it is a pipe or a device");
  }

  private static Program.Outcome run(String selector, String... more) throws Exception {
    List<String> arguments =
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
    arguments.addAll(List.of(more));
    return Program.run(folder, arguments.toArray(String[]::new));
  }
}
