package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Bf16UnitsTest {

  @Test
  void areThereWhereTheProcessorSaysSo(@TempDir Path folder) throws IOException {
    Path with =
        Files.writeString(folder.resolve("with"), "model : 1\nflags\t\t: fpu avx512_bf16 clzero\n");
    Path without =
        Files.writeString(folder.resolve("without"), "flags\t\t: fpu avx512f avx512_bf16x\n");
    assertThat(Bf16Units.has(Processor.of(with))).isTrue();
    assertThat(Bf16Units.has(Processor.of(without))).isFalse();
    assertThat(Bf16Units.has(Processor.of(folder.resolve("missing")))).isFalse();
  }
}
