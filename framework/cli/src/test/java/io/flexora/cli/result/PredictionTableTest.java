package io.flexora.cli.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.output.Palette;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.experiment.use.PredictedRow.PredictedAnswer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PredictionTableTest {

  private static List<String> answers(String... texts) {
    List<PredictedRow> rows =
        Stream.of(texts)
            .map(text -> new PredictedRow("row", List.of(new PredictedAnswer(text, Double.NaN))))
            .toList();
    return PredictionTable.lines(rows, new Palette(false), 80).stream()
        .skip(1)
        .map(line -> line.strip().replaceFirst("^row +", ""))
        .toList();
  }

  @Test
  void numbersHaveTheDecimalsOfATableAndTextsStayAsTheyAre() {
    assertThat(
            answers(
                "3.4872913360595703",
                "-12.345678901234",
                "2.5",
                "1.2345678901E-3",
                "4",
                "red, 2.50000001",
                "1.00000000000.5"))
        .containsExactly(
            "3.4873", "-12.346", "2.5", "0.0012", "4", "red, 2.50000001", "1.00000000000.5");
  }
}
