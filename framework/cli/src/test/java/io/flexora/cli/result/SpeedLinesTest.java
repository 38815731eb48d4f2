package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Phase;
import io.flexora.cli.output.Palette;
import io.flexora.experiment.check.Benchmark;
import io.flexora.experiment.check.SpeedReport;
import io.flexora.experiment.check.StepSpeed;
import io.flexora.experiment.check.StepWork;
import io.flexora.numerics.transformer.MachineSpeed;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SpeedLinesTest {

  private static final int COLUMNS = 80;

  /**
   * A step of 1,024 tokens of 200 million operations each takes at least 2.048 s at 100 GFLOP/s, so
   * 500 tokens a second at most.
   */
  private static SpeedReport report(String type) {
    StepSpeed search = new StepSpeed(3, 12.5, OptionalDouble.empty(), Optional.empty());
    StepSpeed training =
        new StepSpeed(8, 2.56, OptionalDouble.of(1024), Optional.of(new StepWork(2e8, 1e9)));
    Benchmark benchmark =
        new Benchmark(
            100, 200, 50, 0, true, 3L << 30, Map.of(Phase.TRAIN, training, Phase.SEARCH, search));
    MachineSpeed machine = new MachineSpeed(Map.of("float32", 1e11, "bf16", 5.5e10), 8e9);
    return new SpeedReport(machine, type, 2, 1.25, benchmark);
  }

  @Test
  void aStepIsShownBesideWhatTheMachineCouldDo() {
    assertThat(new SpeedLines(report("float32")).lines(new Palette(false), COLUMNS))
        .containsExactly(
            "  2 threads; load 1.3; the model computes in float32",
            "  Products of a layer, forward and back: bf16 55.00, float32 100.0 GFLOP/s",
            "  Memory read and written: 8.0 GB/s",
            "  PHASE     STEPS  SECONDS EACH  IN ALL  TOKENS/S  AT MOST  REACHED",
            "  Search        3          12.5   100.0         -        -        -",
            "  Training      8          2.56   200.0       400      500     80 %",
            "  Peak of the process: 3072 MiB")
        .allMatch(line -> line.length() <= COLUMNS);
  }

  @Test
  void aTypeThatIsNotMeasuredHasNoMost() {
    assertThat(new SpeedLines(report("int4")).lines(new Palette(false), COLUMNS))
        .contains("  Training      8          2.56   200.0       400        -        -");
  }

  @Test
  void programsGetTheNumbers() {
    Map<String, Object> members = new SpeedLines(report("float32")).members();
    assertThat(members)
        .containsEntry("bytes_per_second", 8e9)
        .containsEntry("operations_per_second", Map.of("float32", 1e11, "bf16", 5.5e10))
        .containsEntry("peak_memory_bytes", 3L << 30);
    assertThat((Map<?, ?>) members.get("steps")).hasSize(2);
    assertThat(((Map<?, ?>) members.get("steps")).get("train"))
        .isEqualTo(
            Map.of(
                "steps", 8L,
                "seconds", 2.56,
                "tokens_per_second", 400.0,
                "most_tokens_per_second", 500.0,
                "operations_of_token", 2e8,
                "bytes_of_step", 1e9));
  }
}
