package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class CommandsTest {

  private static Commands shell(Duration quick) {
    return new Commands(arguments -> List.of("sh", "-c", arguments.get(0)), quick);
  }

  @Test
  void whatACommandSaysIsItsOutputOrWhyItFails() {
    Commands commands = shell(Duration.ofMinutes(10));

    assertThat(commands.output(List.of("echo one; echo two >&2"))).isEqualTo("one\n");
    assertThatThrownBy(() -> commands.output(List.of("echo one; echo two >&2; exit 1")))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("two");
  }

  @Test
  void theFilesOfAPageAreRemovedWithItAndThoseOfAKilledOneByTheNext(@TempDir Path temporary)
      throws Exception {
    Commands commands = shell(Duration.ofMinutes(10));
    Path own = commands.file("experiment.yaml", "name: x").getParent().getParent();
    assertThat(own.getFileName().toString())
        .startsWith("flexora-ui-" + ProcessHandle.current().pid() + "-");
    commands.close();
    assertThat(own).doesNotExist();

    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path left = Files.createDirectory(temporary.resolve("flexora-ui-" + ended.pid() + "-1"));
    Files.writeString(left.resolve("output-1.txt"), "x");
    Path used =
        Files.createDirectory(
            temporary.resolve("flexora-ui-" + ProcessHandle.current().pid() + "-2"));
    Path others = Files.createDirectory(temporary.resolve("flexora-ui-mine"));
    Path linked = temporary.resolve("flexora-ui-" + ended.pid() + "-3");
    Files.createSymbolicLink(linked, others);
    Commands.removeOthers(temporary);
    assertThat(left).doesNotExist();
    assertThat(used).exists();
    assertThat(others).exists();
    assertThat(linked).isSymbolicLink();
  }

  @Test
  @Timeout(300)
  void aCommandThatDoesNotEndSoonIsEnded() {
    Commands commands = shell(Duration.ofMillis(300));

    assertThatThrownBy(() -> commands.output(List.of("exec sleep 600")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("flexora exec sleep 600 has not ended");
  }
}
