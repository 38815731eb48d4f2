package io.flexora.files.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  private static final String HOSTILE = "a\u001b[2Jb\u202ec\r\nd\te\u009bf\u2028";

  @Test
  void aLineHasNoControlCharacters() {
    assertThat(Printable.line(HOSTILE)).isEqualTo("a\\u001b[2Jb\\u202ec\\r\\nd\\te\\u009bf\\u2028");
  }

  @Test
  void linesKeepTheirBreaksAndTabs() {
    assertThat(Printable.lines(HOSTILE)).isEqualTo("a\\u001b[2Jb\\u202ec\nd\te\\u009bf\\u2028");
  }

  @Test
  void proseKeepsWhatScriptsNeed() {
    String joined = "\u0915\u094d\u200d\u0937";
    assertThat(Printable.prose(joined + "\u001b]52;c;x\u0007"))
        .isEqualTo(joined + "\\u001b]52;c;x\\u0007");
  }

  @Test
  void ordinaryTextStaysAsItIs() {
    String text = "Größe: 漢字 😀 (1.5 ± 0.2)";
    assertThat(Printable.line(text)).isSameAs(text);
  }
}
