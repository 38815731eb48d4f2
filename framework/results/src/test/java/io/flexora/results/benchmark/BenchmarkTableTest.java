package io.flexora.results.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Benchmarked;
import io.flexora.results.benchmark.BenchmarkedGain.ReferenceLayers;
import io.flexora.results.benchmark.BenchmarkedSetting.ModelKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkTableTest {

  private static final String COLUMNS =
      "selector,options,model,layers,budget,rows,passes,seeds,to,tasks,classes,points,low,high,"
          + "source\n";

  @Benchmarked("measurements.csv")
  private static final class Mine {}

  @Benchmarked("nothing.csv")
  private static final class Lost {}

  @Benchmarked("malformed.csv")
  private static final class Wrong {}

  private static final class Unmeasured {}

  @Test
  void theLinesOfASettingBelongTogether() {
    List<BenchmarkedResult> measured = BenchmarkedResult.of(Mine.class, "mine");
    assertThat(measured).hasSize(2);
    assertThat(measured.get(0))
        .isEqualTo(
            new BenchmarkedResult(
                Map.of("solver", "unrolled", "gate_layout", "layer"),
                new BenchmarkedSetting(ModelKind.ENCODER, 12, 3, 1280, 1, 5, "a paper"),
                List.of(
                    new BenchmarkedGain(
                        ReferenceLayers.RANDOM,
                        4,
                        2,
                        45,
                        0.52,
                        Optional.of(new BenchmarkedGain.Interval(-0.1, 1.14))),
                    new BenchmarkedGain(
                        ReferenceLayers.TUNED_ALL,
                        1,
                        45,
                        45,
                        -2.8,
                        Optional.of(new BenchmarkedGain.Interval(-3.6, -2))))));
    assertThat(measured.get(1).gains())
        .first()
        .isEqualTo(new BenchmarkedGain(ReferenceLayers.RANDOM, 1, 0, 0, -0.04, Optional.empty()));
  }

  @Test
  void itIsSaidInASentence() {
    List<BenchmarkedResult> measured = BenchmarkedResult.of(Mine.class, "mine");
    assertThat(measured.get(0).line())
        .isEqualTo(
            "Measured with solver: unrolled, gate_layout: layer: On an encoder of 12 layers, 1,280"
                + " rows once, in points of accuracy: 0.5 above 3 random layers on average over 4"
                + " tasks (-0.1 to +1.1), 2.8 below all layers at a learning rate tuned for them"
                + " with 45 classes; a paper.");
    assertThat(measured.get(1).line())
        .isEqualTo(
            "Measured: On a decoder of 30 layers, 800 rows 2.5 times, in points of accuracy: level"
                + " with 1 random layer on 1 task, 1.1 below all layers at the same learning rate"
                + " on 1 task; a paper.");
    assertThat(
            new BenchmarkedGain(ReferenceLayers.TUNED_ALL, 3, 2, 26, -0.4, Optional.empty())
                .fewWords(3))
        .isEqualTo(
            "0.4 below all layers at a learning rate tuned for them on average over 3 tasks of 2 to"
                + " 26 classes");
    assertThat(
            new BenchmarkedResult(
                    Map.of("position", "last|default"), measured.get(1).setting(), List.of())
                .optionWords("position"))
        .isEqualTo("position: last or default");
    assertThat(BenchmarkedSetting.seen(256, 10)).isEqualTo("256 rows 10 times");
    assertThat(BenchmarkedSetting.times(1.96)).isEqualTo("twice");
  }

  @Test
  void aSelectorWithoutATableOrWithoutALineInItSaysNothing() {
    assertThat(BenchmarkedResult.of(Unmeasured.class, "mine")).isEmpty();
    assertThat(BenchmarkedResult.of(Mine.class, "yours")).isEmpty();
  }

  @Test
  void aTableThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> BenchmarkedResult.of(Lost.class, "mine"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(
            "there is no file 'nothing.csv' beside class " + Lost.class.getName());
  }

  @Test
  void aMalformedTableIsNamedWithItsClass() {
    assertThatThrownBy(() -> BenchmarkedResult.of(Wrong.class, "mine"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "malformed.csv beside class %s, line 2: column 'to' is 'mine', but has to be one of: random, all, tuned-all"
                .formatted(Wrong.class.getName()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a,,encoder,12,3,9,1,5,random,4,2-45,+0.5,,            | 14 values, but there are 15 columns
          a,k,encoder,12,3,9,1,5,random,4,2-45,+0.5,,,x         | option 'k' is not KEY=VALUE
          a,,parrot,12,3,9,1,5,random,4,2-45,+0.5,,,x           | column 'model' is 'parrot', but has to be one of: encoder, decoder
          a,,encoder,12,3,9,1,5,none,4,2-45,+0.5,,,x            | column 'to' is 'none', but has to be one of: random, all, tuned-all
          a,,encoder,12,3,many,1,5,random,4,2-45,+0.5,,,x       | column 'rows' is 'many', but has to be a whole number
          a,,encoder,99999999999,3,9,1,5,random,4,2,+0.5,,,x    | column 'layers' is '99999999999', but has to be a whole number of at most
          a,,encoder,12,3,9,often,5,random,4,2-45,+0.5,,,x      | column 'passes' is 'often', but has to be a number
          a,,encoder,12,3,9,1,5,random,4,2-45,NaN,,,x           | column 'points' is 'NaN', but has to be a finite number
          a,,encoder,12,3,9,1,5,random,4,few,+0.5,,,x           | column 'classes' is 'few', but has to be a number of classes
          a,,encoder,2,3,9,1,5,random,4,2-45,+0.5,,,x           | 3 of 2 layers
          a,,encoder,12,3,9,0,5,random,4,2-45,+0.5,,,x          | 0.0 passes
          a,,encoder,12,3,9,1,5,random,0,2-45,+0.5,,,x          | 0 tasks
          a,,encoder,12,3,9,1,5,random,4,45-2,+0.5,,,x          | 45 to 2 classes
          a,,encoder,12,3,9,1,5,random,4,2-45,+0.5,+1.0,,x      | column 'high' is '', but has to be a number
          a,,encoder,12,3,9,1,5,random,4,2-45,+0.5,+0.7,+0.4,x  | no interval begins at 0.7
          a,,encoder,12,3,9,1,5,random,4,2-45,+0.5,+0.7,+0.9,x  | 0.5 points are outside of (+0.7 to +0.9)
          """)
  void aMalformedLineIsNamed(String line, String message) {
    String text = "# a comment\n" + COLUMNS + line;
    assertThatThrownBy(() -> BenchmarkTable.of("mine.csv", text))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("mine.csv, line 3: ")
        .hasMessageContaining(message);
  }

  @Test
  void theColumnsHaveToBeNamed() {
    assertThatThrownBy(() -> BenchmarkTable.of("mine.csv", "selector,points\na,1\n"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("mine.csv, line 1: the first line has to be selector,options,");
  }
}
