package io.flexora.config;

import static org.assertj.core.api.Assertions.assertThat;

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
}
