package io.flexora.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.Progress;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.Console.Verbosity;
import io.flexora.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunViewTest {

  private static final Verbosity USUAL = new Verbosity(false, false, false);
  private static final Terminal TERMINAL = new Terminal(true, true, 80, true);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aLogGetsALineForBeginAndEndOfAPhase() {
    show(USUAL, Terminal.none());

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("main: train 1/50  training loss 0.6931"),
            line -> assertThat(line).isEqualTo("the device is the CPU"),
            line -> assertThat(line).startsWith("main: train 50/50  training loss 0.6931"));
  }

  @Test
  void aTerminalGetsABarOfOneLineThatFits() {
    show(USUAL, TERMINAL);

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("main: train", "50/50", "training loss 0.6931");
    assertThat(err.toString().split("\r\u001b\\[K|\\R", -1)).allMatch(line -> line.length() < 80);
    assertThat(err.toString()).endsWith(System.lineSeparator());
  }

  @Test
  void theLineOfABarThatIsDoneAtOnceEnds() {
    for (int i = 0; i < 50; i++) {
      StringWriter messages = new StringWriter();
      Console console =
          new Console(new PrintWriter(out), new PrintWriter(messages), USUAL, TERMINAL);
      try (RunView view = RunViews.on(console, Forecast.none())) {
        view.progress("main", "evaluate", Progress.of(1, 1));
      }
      assertThat(messages.toString())
          .endsWith(System.lineSeparator())
          .containsOnlyOnce(System.lineSeparator());
    }
  }

  @Test
  void quietGetsNothing() {
    show(new Verbosity(true, false, false), TERMINAL);

    assertThat(out.toString() + err).isEmpty();
  }

  @Test
  void programsGetEveryStepWithAllItsFigures() throws Exception {
    show(new Verbosity(false, true, false), TERMINAL);

    List<String> lines = out.toString().lines().toList();
    JsonNode step = new ObjectMapper().readTree(lines.get(0));
    assertThat(err.toString()).isEmpty();
    assertThat(lines).hasSize(51);
    assertThat(step.get("type").asText()).isEqualTo("progress");
    assertThat(step.get("cell").asText()).isEqualTo("main");
    assertThat(step.at("/figures/gates").size()).isEqualTo(2);
  }

  private void show(Verbosity verbosity, Terminal terminal) {
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), verbosity, terminal);
    try (RunView view = RunViews.on(console, Forecast.none())) {
      for (int step = 1; step <= 50; step++) {
        Progress told =
            Progress.of(step, 50)
                .withTrainingLoss(0.693147)
                .with("gates", List.of(0.4, 0.6))
                .with("rate", 1);
        view.progress("main", "train", told);
        if (step == 25) {
          view.notice("main", "train", "the device is the CPU");
        }
      }
    }
  }
}
