package io.flexora.comparison.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plugin.OptionException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeOptionsTest {

  private static RangeOptions of(String... values) {
    return new RangeOptions(
        Optional.empty(),
        Optional.empty(),
        /* log= */ false,
        Optional.of(List.of(values)),
        Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"0.001, 1e-3", "1e-3, 1.0E-3", "8, 8.0", "0, 0e5", "100, 1e2"})
  void aNumberIsOneValueHoweverItIsWritten(String first, String second) {
    assertThatThrownBy(() -> of(first, "7", second))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "'values' has '%s' and '%s', which are the same number; keep one", first, second);
  }

  @Test
  void theSameTextTwiceIsRefused() {
    assertThatThrownBy(() -> of("cosine", "linear", "cosine"))
        .hasMessage("'values' has 'cosine' twice; keep one");
    assertThatThrownBy(() -> of("2", "2")).hasMessage("'values' has '2' twice; keep one");
  }

  @Test
  void otherNumbersAndTextsAreValuesOfTheirOwn() {
    List<String> values = List.of("1e-3", "1e-4", "0.01", "true", "True", "1e999999999", "1e-9");
    assertThat(of(values.toArray(String[]::new)).values()).contains(values);
  }
}
