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
  void aNameFromElsewhereIsBriefAndALineOfAMessageIsCut() {
    assertThat(Printable.brief("a\u001b".repeat(1_000_000))).hasSize(50 * 7 + 1).endsWith("…");
    assertThat(Printable.brief("name")).isEqualTo("name");
    String message = "one\n" + "x".repeat(5_000_000) + "\nthree";
    assertThat(Printable.shortened(message)).hasSize(3 + 2001 + 5 + 2).endsWith("…\nthree");
    assertThat(Printable.shortened("one\ntwo\n")).isEqualTo("one\ntwo\n");
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
