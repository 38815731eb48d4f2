package io.flexora.files.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeparatedValuesTest {

  @Test
  void quotesWhatWouldSeparate() {
    assertThat(
            new SeparatedValues()
                .row("step", 1, 0.5)
                .row(List.of("a,b", "say \"yes\"", "two\nlines", ""))
                .text())
        .isEqualTo("step,1,0.5\r\n\"a,b\",\"say \"\"yes\"\"\",\"two\nlines\",\r\n");
  }

  @Test
  void aRowOfOneEmptyFieldIsNoEmptyLine() {
    assertThat(new SeparatedValues().row(List.of("")).row(List.of("1")).text())
        .isEqualTo("\"\"\r\n1\r\n");
  }
}
