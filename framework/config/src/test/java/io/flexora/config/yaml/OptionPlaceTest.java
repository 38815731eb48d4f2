package io.flexora.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Compatibility;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionPlaceTest {

  private static final ConfigNode STRATEGY =
      new ConfigurationReader()
          .parse(
              """
              use: searched
              steps: 9
              solver:
                {use: zero-order, max_gates: 3, start: theta/start.bin,
                 inner: {batch_size: 4}}
              metrics: [acc, {use: exact_match, pattern: a+}]
              """,
              "s.yaml");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          steps                   | s.yaml:2:8
          max_gates               | s.yaml:4:32
          solver.max_gates        | s.yaml:4:32
          start                   | s.yaml:4:42
          inner.batch_size        | s.yaml:5:24
          solver.inner.batch_size | s.yaml:5:24
          metrics                 | s.yaml:6:10
          pattern                 | s.yaml:6:44
          """)
  void isThatOfAPathOrOfItsEnd(String option, String place) {
    assertThat(STRATEGY.placeOf(option).orElseThrow()).hasToString(place);
  }

  @ParameterizedTest
  @CsvSource({"rank", "gates", "solver.steps", "use", "''"})
  void isNoneOfAnOptionThatWasNotWritten(String option) {
    assertThat(STRATEGY.placeOf(option)).isEmpty();
  }

  @Test
  void ofAnOptionByAFlagIsTheFlag() {
    ConfigurationReader reader = new ConfigurationReader();
    ConfigNode selector = reader.parse("selector: {use: flexora, solver: unrolled}", "s.yaml");
    ConfigNode changed = reader.override(selector, List.of("selector.solver.inner_steps=9"));

    assertThat(changed.placeOf("inner_steps").orElseThrow())
        .hasToString("--set selector.solver.inner_steps=9");
  }

  @Test
  void ofARefusalIsThatOfTheExtensionWhereItsOptionWasNotWritten() {
    ConfigNode written =
        new ConfigurationReader()
            .parse("use: a\nsteps: 3\nsolver:\n  use: b\n  inner_steps: 9\n", "x.yaml");
    Compatibility found =
        Compatibility.of(
            all -> {
              all.refuse("inner_steps", "'steps' is too few");
              all.refuse("solver.inner_steps", "too few");
              all.refuse("rank", "'steps' is 3");
              all.refuse("'steps' is 3");
            });

    assertThat(ConfigProblem.of(written, found))
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "x.yaml:5:16: 'steps' is too few",
            "x.yaml:5:16: too few",
            "x.yaml:1:1: 'steps' is 3",
            "x.yaml:1:1: 'steps' is 3");
  }
}
