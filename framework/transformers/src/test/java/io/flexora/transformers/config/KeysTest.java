package io.flexora.transformers.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  private static ConfigFile config(Map<String, Object> keys) {
    return ConfigFile.of("config.json", keys);
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 100})
  void paddingIsATokenOfTheVocabulary(int padding) {
    assertThatThrownBy(() -> config(Map.of("pad_token_id", padding)).requireTokens(100))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "config.json: 'pad_token_id' is %d; accepted is a token of the vocabulary, 0 to 99",
            padding);
  }

  @Test
  void aBeginningOrAnEndMayBeNone() {
    Map<String, Object> keys =
        Map.of("bos_token_id", 100, "eos_token_id", List.of(1, 100, -1), "pad_token_id", -1);
    assertThatCode(() -> config(keys).requireTokens(100)).doesNotThrowAnyException();
  }
}
