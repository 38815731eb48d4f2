package io.flexora.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

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
}
