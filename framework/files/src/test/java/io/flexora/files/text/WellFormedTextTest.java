package io.flexora.files.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WellFormedTextTest {

  @Test
  void halvesOfPairsAreReplaced() {
    assertThat(WellFormedText.of("a\ud83d")).isEqualTo("a\ufffd");
    assertThat(WellFormedText.of("\ude42\ud83db")).isEqualTo("\ufffd\ufffdb");
  }

  @Test
  void wholePairsStay() {
    assertThat(WellFormedText.of("a \ud83d\ude42 漢字")).isEqualTo("a \ud83d\ude42 漢字");
    assertThat(WellFormedText.of("")).isEmpty();
  }
}
