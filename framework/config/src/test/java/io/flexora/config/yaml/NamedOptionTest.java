package io.flexora.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Compatibility.Incompatibility;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedOptionTest {

  private static final ConfigNode MODEL =
      new ConfigurationReader()
          .parse(
              """
              use: decoder
              source: file:models/small.gguf
              max_tokens: 1000
              test: 12
              where: length(q) > 3
              """,
              "m.yaml");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max_tokens is 1000, but the model has positions for 512  | m.yaml:3:13
          there is no file /home/models/small.gguf                 | m.yaml:2:9
          option 'test' names no split                             | m.yaml:4:7
          test is 12, but there are 3                              | m.yaml:4:7
          test: 12 belongs to another split                        | m.yaml:4:7
          split test has no rows                                   | m.yaml:1:1
          a row for which length(q) > 3 does not hold              | m.yaml:5:8
          the decoder cannot do that                               | m.yaml:1:1
          """)
  void findsWhatAMessageIsAbout(String message, String place) {
    assertThat(NamedOption.in(MODEL, message)).hasToString(place);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max_gates is 3, but there are 12                       | s.yaml:4:32
          outer_steps is 9, which max_gates: 3 does not allow    | s.yaml:2:14
          batch_size is 4, but the problem has 2 examples        | s.yaml:5:24
          there is no start /home/theta/start.bin                | s.yaml:4:42
          solver 'zero-order' cannot do that                     | s.yaml:1:1
          """)
  void findsWhatIsInsideOfAnotherOption(String message, String place) {
    ConfigNode strategy =
        new ConfigurationReader()
            .parse(
                """
                use: searched
                outer_steps: 9
                solver:
                  {use: zero-order, max_gates: 3, start: theta/start.bin,
                   inner: {batch_size: 4}}
                """,
                "s.yaml");

    assertThat(NamedOption.in(strategy, message)).hasToString(place);
  }

  @Test
  void whatAFlagHasWrittenInsideOfAnotherOptionIsToldAtTheFlag() {
    ConfigurationReader reader = new ConfigurationReader();
    ConfigNode selector = reader.parse("selector: {use: flexora, solver: unrolled}", "s.yaml");
    ConfigNode changed = reader.override(selector, List.of("selector.solver.inner_steps=9"));
    ConfigNode strategy = ((ConfigNode.Mapping) changed).get("selector").orElseThrow();

    assertThat(NamedOption.in(strategy, "inner_steps is 9, but there are 3"))
        .hasToString("--set selector.solver.inner_steps=9");
    assertThat(NamedOption.in(strategy, "steps is 100, but there are 3"))
        .hasToString("s.yaml:1:11");
  }

  @Test
  void aRefusalThatSaysItsOptionIsThereWhateverItsMessageNames() {
    ConfigNode written =
        new ConfigurationReader()
            .parse("use: a\nsteps: 3\nsolver:\n  use: b\n  inner_steps: 9\n", "x.yaml");
    assertThat(NamedOption.in(written, new Incompatibility("inner_steps", "'steps' is too few")))
        .hasToString("x.yaml:5:16");
    assertThat(NamedOption.in(written, new Incompatibility("solver.inner_steps", "too few")))
        .hasToString("x.yaml:5:16");
    assertThat(NamedOption.in(written, new Incompatibility("rank", "'steps' is 3")))
        .hasToString("x.yaml:2:8");
    assertThat(NamedOption.in(written, new Incompatibility("", "no option is named")))
        .hasToString("x.yaml:1:1");
  }
}
