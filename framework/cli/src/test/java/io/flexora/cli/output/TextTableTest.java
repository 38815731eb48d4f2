package io.flexora.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

  private final TextTable table =
      new TextTable(List.of(TextTable.words("NAME"), TextTable.numbers("COUNT")))
          .row(List.of("a", "1"))
          .row(List.of("longer", "1,234"));

  @Test
  void wordsStandLeftAndNumbersRight() {
    assertThat(table.lines(new Palette(false), Integer.MAX_VALUE))
        .containsExactly("NAME    COUNT", "a           1", "longer  1,234");
  }

  @Test
  void coloursDoNotMoveTheColumns() {
    assertThat(table.lines(new Palette(true), Integer.MAX_VALUE))
        .extracting(line -> line.replaceAll("\u001b\\[[0-9]*m", ""))
        .isEqualTo(table.lines(new Palette(false), Integer.MAX_VALUE));
  }

  private final TextTable wide =
      new TextTable(
              List.of(
                  TextTable.words("STRATEGY"),
                  TextTable.words("VERDICT"),
                  TextTable.numbers("VALUE"),
                  TextTable.numbers("PARAMETERS").ifThereIsRoom(),
                  TextTable.numbers("SECONDS").ifThereIsRoom()))
          .row(List.of("flexora", "not distinguishable", "+0.05 [+0.03, +0.07]", "12", "3.5"));

  @Test
  void whatCanBeMissedIsLeftOutBeforeTextsAreBroken() {
    assertThat(wide.lines(new Palette(false), 55))
        .containsExactly(
            "STRATEGY  VERDICT                             VALUE",
            "flexora   not distinguishable  +0.05 [+0.03, +0.07]",
            "Without room for PARAMETERS, SECONDS.");
  }

  @Test
  void textsAreBrokenBetweenWordsWhereThereIsLittleRoom() {
    assertThat(wide.lines(new Palette(false), 34))
        .containsExactly(
            "STRATEGY  VERDICT            VALUE",
            "flexora   not                +0.05",
            "          distinguishable  [+0.03,",
            "                            +0.07]",
            "Without room for PARAMETERS,",
            "SECONDS.");
    assertThat(wide.lines(new Palette(false), 10)).first().asString().hasSize(34);
  }

  @Test
  void aLineIsNeverLongerThanItsRoomIfWordsFit() {
    for (int room = 34; room < 90; room++) {
      int limit = room;
      assertThat(wide.lines(new Palette(false), room)).allMatch(line -> line.length() <= limit);
    }
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> table.row(List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 cells for 2");
  }
}
