package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

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
  @Timeout(300)
  void aCommandThatDoesNotEndSoonIsEnded() {
    Commands commands = shell(Duration.ofMillis(300));

    assertThatThrownBy(() -> commands.output(List.of("exec sleep 600")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("flexora exec sleep 600 has not ended");
  }
}
