package io.flexora.plugin.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CausesTest {

  /** As in a traceback, whose last line is the error. */
  @Test
  void aLongTextKeepsItsBeginningAndItsEnd() {
    String line = Causes.of(new IllegalStateException("first\n" + "call\n".repeat(200) + "last"));
    assertThat(line)
        .startsWith("IllegalStateException: first call")
        .contains(" … ")
        .endsWith("call last")
        .hasSizeLessThanOrEqualTo(400);
  }

  @Test
  void aShortTextStaysWhole() {
    assertThat(Causes.of(new IllegalStateException("one\n two")))
        .isEqualTo("IllegalStateException: one two");
  }
}
