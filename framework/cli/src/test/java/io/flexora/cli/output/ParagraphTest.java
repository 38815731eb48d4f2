package io.flexora.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParagraphTest {

  @Test
  void furtherLinesStandBelowTheFirstWord() {
    assertThat(Paragraph.hanging("ok  ", "one two three four", 4, 12))
        .containsExactly("ok  one two", "    three", "    four");
  }

  @Test
  void coloursTakeNoRoom() {
    Palette colours = new Palette(true);

    assertThat(Paragraph.hanging(colours.good("ok") + "  ", "one " + colours.bad("two"), 4, 11))
        .containsExactly(colours.good("ok") + "  one " + colours.bad("two"));
  }

  @Test
  void aNumberAndTheSignForPerCentStayTogether() {
    assertThat(Paragraph.wrap("one of 25 % of", 0, 9)).containsExactly("one of", "25 % of");
  }

  @Test
  void onlyLinesThatAreTooWideAreBroken() {
    assertThat(Paragraph.fitted("a  b\n  long  words of a line", 12).lines())
        .containsExactly("a  b", "  long words", "  of a line");
  }

  @Test
  void aCommandToCopyStaysWhole() {
    String command = "To continue: flexora resume runs/of-a-long-name";

    assertThat(Paragraph.fitted("cancelled after a step\n" + command, 15).lines())
        .containsExactly("cancelled after", "a step", command);
  }
}
