package io.flexora.transformers.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

  private static final String CONFIG =
      """
      {"hidden_size": 64, "eps": 1e-6, "tied": true, "type": "llama", "nothing": null,
       "layers": [1, 2], "whole": 8.0, "scaling": {"factor": 2}, "empty": {}, "infinite": Infinity,
       "long": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}
      """;

  @TempDir Path folder;

  private ConfigFile read(String text) throws IOException {
    return ConfigFile.read(Files.writeString(folder.resolve("config.json"), text));
  }

  @Test
  void valuesHaveTheirTypes() throws IOException {
    ConfigFile config = read(CONFIG);

    assertThat(config.integer("hidden_size")).hasValue(64);
    assertThat(config.integer("whole")).as("a whole number, however it is written").hasValue(8);
    assertThat(config.number("eps")).hasValue(1e-6);
    assertThat(config.flag("tied", false)).isTrue();
    assertThat(config.text("type")).contains("llama");
    assertThat(config.value("layers")).contains(List.of(1, 2));
    assertThat(config.object("scaling").orElseThrow().integer("factor")).hasValue(2);
    assertThat(config.names()).contains("tied", "nothing").hasSize(11);
  }

  @Test
  void absentAndNullAreTheSame() throws IOException {
    ConfigFile config = read(CONFIG);
    for (String key : List.of("nothing", "none_such")) {
      assertThat(config.value(key)).isEmpty();
      assertThat(config.integer(key)).isEmpty();
      assertThat(config.number(key)).isEmpty();
      assertThat(config.text(key)).isEmpty();
      assertThat(config.object(key)).isEmpty();
      assertThat(config.flag(key, true)).isTrue();
      assertThat(config.size(key, OptionalInt.of(3), 9)).isEqualTo(3);
      assertThat(config.epsilon(key, OptionalDouble.of(0.5))).isEqualTo(0.5);
      assertThatThrownBy(() -> config.size(key, OptionalInt.empty(), 9))
          .hasMessageContaining("has no key '" + key + "'");
    }
    assertThat(config.has("nothing")).isTrue();
    assertThat(config.has("none_such")).isFalse();
    assertThat(config.object("empty")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eps| whole| 'eps' is 1.0E-6; accepted is a whole number",
        "type| whole| 'type' is \"llama\"; accepted is a whole number",
        "type| number| 'type' is \"llama\"; accepted is a number",
        "infinite| number| 'infinite' is Infinity; accepted is a number",
        "tied| text| 'tied' is true; accepted is a text",
        "hidden_size| flag| 'hidden_size' is 64; accepted is true or false",
        "layers| object| 'layers' is [1,2]; accepted is an object",
        "hidden_size| size| 'hidden_size' is 64; accepted is 1 to 9",
        "hidden_size| epsilon| 'hidden_size' is 64.0; accepted is a number between 0 and 1",
        "long| text| 'long' is [1, 2, 3, 4, 5, 6, 7, 8] ...; accepted is a text"
      })
  void aWrongValueIsNamedWithItsFile(String key, String as, String message) throws IOException {
    ConfigFile config = read(CONFIG);

    assertThatThrownBy(
            () -> {
              var unused =
                  switch (as) {
                    case "whole" -> config.integer(key);
                    case "number" -> config.number(key);
                    case "text" -> config.text(key);
                    case "flag" -> config.flag(key, true);
                    case "object" -> config.object(key);
                    case "size" -> config.size(key, OptionalInt.empty(), 9);
                    default -> config.epsilon(key, OptionalDouble.empty());
                  };
            })
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(folder.resolve("config.json") + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]| is no JSON object; it is no description of a model",
        "{\"a\": 1| is not JSON",
        "{\"a\": 1} {}| is not JSON",
        "{\"a\": 1, \"a\": 2}| is not JSON",
        "''| is no JSON object"
      })
  void aFileThatIsNoObjectIsRefused(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(folder.resolve("config.json").toString())
        .hasMessageContaining(message);
  }

  @Test
  void aFileThatIsNotThereOrNestedWithoutEndIsRefused() {
    assertThatThrownBy(() -> ConfigFile.read(folder.resolve("config.json")))
        .hasMessageContaining("has no config.json");
    assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(200_000)))
        .isInstanceOf(FlexoraException.class);
  }

  @Test
  void aFactorHasAMagnitudeThatModelsHave() throws IOException {
    ConfigFile config = read(CONFIG);

    assertThat(config.factor("f", -2)).isEqualTo(-2);
    for (double wrong : new double[] {0, 1e7, 1e-7, Double.NaN}) {
      assertThatThrownBy(() -> config.factor("f", wrong))
          .hasMessageContaining("of a magnitude from 1e-6 to 1e6");
    }
  }
}
