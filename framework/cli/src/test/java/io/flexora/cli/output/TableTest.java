package io.flexora.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  private final Table table =
      new Table(List.of(Table.words("NAME"), Table.numbers("COUNT")))
          .row(List.of("a", "1"))
          .row(List.of("longer", "1,234"));

  @Test
  void wordsStandLeftAndNumbersRight() {
    assertThat(table.lines(new Palette(false)))
        .containsExactly("NAME    COUNT", "a           1", "longer  1,234");
  }

  @Test
  void coloursDoNotMoveTheColumns() {
    assertThat(table.lines(new Palette(true)))
        .extracting(line -> line.replaceAll("\u001b\\[[0-9]*m", ""))
        .isEqualTo(table.lines(new Palette(false)));
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> table.row(List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 cells for 2");
  }
}
