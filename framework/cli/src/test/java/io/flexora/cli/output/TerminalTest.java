package io.flexora.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TerminalTest {

  @AfterEach
  void forgetTheLauncher() {
    System.clearProperty("flexora.terminal");
    System.clearProperty("flexora.columns");
  }

  @Test
  void withoutALauncherThereIsNoTerminal() {
    assertThat(Terminal.detect(Map.of()))
        .isEqualTo(new Terminal(false, false, Terminal.none().columns(), true));
  }

  @Test
  void aPipedResultHasNoColoursButMessagesMay() {
    System.setProperty("flexora.terminal", "stderr");
    System.setProperty("flexora.columns", "132");

    assertThat(Terminal.detect(Map.of())).isEqualTo(new Terminal(false, true, 132, true));
  }

  @Test
  void noColorIsRespected() {
    System.setProperty("flexora.terminal", "stdout,stderr");

    assertThat(Terminal.detect(Map.of("NO_COLOR", "1")).colours()).isFalse();
    assertThat(Terminal.detect(Map.of("NO_COLOR", "")).colours()).isTrue();
    assertThat(Terminal.detect(Map.of("TERM", "dumb")))
        .satisfies(dumb -> assertThat(dumb.colours()).isFalse())
        .satisfies(dumb -> assertThat(dumb.messages()).as("bars").isFalse());
  }

  @Test
  void anImpossibleWidthIsNotBelieved() {
    System.setProperty("flexora.columns", "0");

    assertThat(Terminal.detect(Map.of()).columns()).isEqualTo(Terminal.none().columns());
  }
}
