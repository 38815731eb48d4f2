package io.flexora.report.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LatexTextTest {

  @Test
  void escapesWhatLatexGivesAMeaning() {
    assertThat(LatexText.of("\\write18{rm}")).isEqualTo("\\textbackslash{}write18\\{rm\\}");
    assertThat(LatexText.of("50% & $x_1$ #~^"))
        .isEqualTo("50\\% \\& \\$x\\_1\\$ \\#\\textasciitilde{}\\textasciicircum{}");
    assertThat(LatexText.of("<b>|\"[x]"))
        .isEqualTo("\\textless{}b\\textgreater{}\\textbar{}''{[}x{]}");
  }

  @Test
  void leavesPlainTextAlone() {
    assertThat(LatexText.of("flexora-top-k, 2 of 3 (a+b)"))
        .isEqualTo("flexora-top-k, 2 of 3 (a+b)");
  }

  @Test
  void setsAccentsAndNamesWhatItCannotSet() {
    assertThat(LatexText.of("Méné ñ ü Å ç ß"))
        .isEqualTo("M\\'{e}n\\'{e} \\~{n} \\\"{u} \\r{A} \\c{c} \\ss{}");
    assertThat(LatexText.of("中😀")).isEqualTo("U+4E2DU+1F600");
  }

  @Test
  void endsNoLineAndNoParagraph() {
    assertThat(LatexText.of("a\n\nb\r\tc\u0000\u007f")).isEqualTo("a  b  c  ");
  }

  @Test
  void isPlainAsciiWithoutABareSpecialWhateverTheText() {
    String all =
        IntStream.range(0, 0x3000).mapToObj(Character::toString).collect(Collectors.joining());
    String latex = LatexText.of(all);

    assertThat(latex).matches("[ -~]*");
    // Without commands, escaped characters, accents and the three math symbols nothing is special.
    String rest =
        latex
            .replaceAll("\\$(\\\\times|\\\\pm|-)\\$", "")
            .replaceAll("\\\\([`'^~=\"]|[rvc](?=\\{))\\{[ -~]\\}", "")
            .replaceAll("\\\\[a-zA-Z]+\\{\\}", "")
            .replaceAll("\\\\[{}$&#%_]", "")
            .replaceAll("\\{[\\[\\]]\\}", "")
            .replaceFirst("~", "");
    assertThat(rest).doesNotContainPattern("[\\\\{}$&#%_^~]");
  }
}
