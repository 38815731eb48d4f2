package io.flexora.comparison.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.PluginHostOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellCommandTest {

  @TempDir Path folder;

  @Test
  void theProcessIsToldOfTheSameHostAndOfThePluginsThatItWouldNotFind() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Files.writeString(plugins.resolve("found.jar"), "no jar, but listed");
    Path dropped = Files.writeString(folder.resolve("dropped in.jar"), "no jar either");
    PluginHostOptions options =
        new PluginHostOptions(
            List.of(), Optional.of(plugins), folder.resolve("cache"), Duration.ofSeconds(9));
    try (PluginHost host = PluginHost.start(options)) {
      host.install(dropped);

      List<String> words = CellArguments.here(host).words();

      assertThat(CellArguments.parse(words))
          .isEqualTo(
              new CellArguments(
                  new PluginHostOptions(
                      List.of(), Optional.of(plugins), folder.resolve("cache"), Duration.ZERO),
                  List.of(dropped),
                  OptionalLong.of(ProcessHandle.current().pid()),
                  Optional.empty(),
                  Optional.empty()));
      assertThat(words).doesNotContain(plugins.resolve("found.jar").toString());
    }
  }

  @Test
  void javaIsThisOneWithItsOptionsAndTheGivenOnesAfterThem() {
    System.setProperty("flexora.test.passed-on", "with a space");
    System.setProperty("flexora.terminal", "stdout");
    try {
      List<String> line = JavaCommand.line(folder, List.of("-Xmx2g"));

      assertThat(line.get(0)).startsWith(System.getProperty("java.home")).endsWith("java");
      assertThat(line)
          .contains("-Dflexora.test.passed-on=with a space", "-XX:+ExitOnOutOfMemoryError")
          .noneMatch(word -> word.startsWith("-javaagent:") || word.contains("terminal"))
          .endsWith("-Xmx2g", "-cp", System.getProperty("java.class.path"));
    } finally {
      System.clearProperty("flexora.test.passed-on");
      System.clearProperty("flexora.terminal");
    }
  }

  @Test
  void anInheritedSecretIsNotSentToAnotherMachine() {
    String secret = "-Dflexora.test.Password=hidden=1";
    System.setProperty("flexora.test.Password", "hidden=1");
    System.setProperty("flexora.test.passed-on", "of a token");
    System.setProperty("flexora.test.address", "https://user:hidden@host");
    try {
      assertThat(JavaCommand.line(folder, List.of())).contains(secret);
      assertThat(JavaCommand.elsewhere(folder, List.of("-Dtest.token=given")))
          .contains("-Dtest.token=given", "-Dflexora.test.passed-on=of a token")
          .doesNotContain(secret)
          .noneMatch(word -> word.contains("hidden"));
    } finally {
      System.clearProperty("flexora.test.address");
      System.clearProperty("flexora.test.Password");
      System.clearProperty("flexora.test.passed-on");
    }
  }

  @Test
  void aProcessThatCannotBeginSaysWhyInOneLine() throws Exception {
    PluginHostOptions options =
        new PluginHostOptions(List.of(), Optional.empty(), folder.resolve("cache"), Duration.ZERO);
    List<String> command;
    try (PluginHost host = PluginHost.start(options)) {
      command = new CellCommand(host).of(folder, List.of("-Xmx128m"));
    }

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var folders = process.outputWriter()) {
      folders.write(folder.resolve("gone") + "\n");
    }
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(printed).isEqualTo(2);
    assertThat(printed.strip())
        .isEqualTo(
            "error: %s is not the folder of a run: there is no such folder. Runs are folders like runs/NAME-TIME"
                .formatted(folder.resolve("gone")));
    try (var left = Files.list(folder.resolve("cache"))) {
      assertThat(left).as("the cache of the ended process").isEmpty();
    }
  }

  @Test
  void whatNoRunnerWroteIsRefused() {
    assertThatThrownBy(() -> CellArguments.parse(List.of("--run", "here")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("is started by a runner")
        .hasMessageContaining("[--run, here]");
  }
}
