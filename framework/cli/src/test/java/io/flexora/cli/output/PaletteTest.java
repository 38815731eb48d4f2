package io.flexora.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaletteTest {

  private static final String HOSTILE = "evil\u001b[2J\u001b]0;title\u0007\u202etxt";
  private static final String ESCAPED = "evil\\u001b[2J\\u001b]0;title\\u0007\\u202etxt";

  @Test
  void aColouredNameCannotBringCodesOfItsOwn() {
    Palette palette = new Palette(true);

    assertThat(palette.shown(palette.bad(HOSTILE) + "\n" + palette.strong("x")))
        .isEqualTo(palette.bad(ESCAPED) + "\n" + palette.strong("x"));
  }

  @Test
  void withoutColoursEveryCodeIsOfSomebodyElse() {
    assertThat(new Palette(false).shown("\u001b[31mred\u001b[0m " + HOSTILE))
        .isEqualTo("\\u001b[31mred\\u001b[0m " + ESCAPED);
  }
}
