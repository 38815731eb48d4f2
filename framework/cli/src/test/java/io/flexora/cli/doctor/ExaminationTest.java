package io.flexora.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.experiment.engine.EngineState;
import io.flexora.experiment.engine.GpuDiagnosis;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExaminationTest {

  private static final long MIB = 1024 * 1024;

  @Test
  void whatIsFreeIsComparedWithTheEngineAndTheQuickstart() {
    assertThat(Examination.memory(1250 * MIB))
        .isEqualTo(new Finding("memory", Finding.Verdict.FINE, "1250 MiB free"));
    assertThat(Examination.memory(1249 * MIB))
        .isEqualTo(
            new Finding(
                "memory", Finding.Verdict.NOTE, "1249 MiB free; the quickstart takes about 1250"));
    assertThat(Examination.memory(511 * MIB))
        .isEqualTo(
            new Finding(
                "memory", Finding.Verdict.MISSING, "511 MiB free; the engine alone takes 512"));
  }

  @Test
  void aDriverWithoutAnEngineThatUsesItIsNamedWithWhatIsMissing() {
    EngineState engine = new EngineState("PyTorch", Optional.of("2.7.1"), 0, Optional.empty());
    GpuDiagnosis diagnosis =
        new GpuDiagnosis(
            Optional.of("570.86.15"),
            Optional.of("12.8"),
            List.of("a card"),
            false,
            List.of("no runtime"));
    assertThat(Examination.gpu(List.of(engine), List.of(), Optional.of(diagnosis)))
        .isEqualTo(
            new Finding(
                "GPU",
                Finding.Verdict.NOTE,
                "driver 570.86.15 of NVIDIA for CUDA up to 12.8, a card; no engine here uses it:"
                    + " the Maven profile cuda takes the libraries that do; no runtime"));
    assertThat(Examination.gpu(List.of(engine), List.of(), Optional.empty()).verdict())
        .isEqualTo(Finding.Verdict.FINE);
  }
}
