package io.flexora.plugin.status;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsTest {

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR", "ar-EG", "bn-BD", "th-TH-u-nu-thai"})
  void aLocaleWithDigitsOfItsOwnIsRefusedWithTheRemedy(String tag) {
    assertThatThrownBy(() -> Digits.requireAscii(Locale.forLanguageTag(tag)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("the default locale '" + tag + "' has digits of its own")
        .hasMessageContaining("-Duser.language.format=en -Duser.country.format=US");
  }

  @ParameterizedTest
  @ValueSource(strings = {"und", "en-US", "de-DE", "ja-JP", "th-TH"})
  void othersAreTaken(String tag) {
    assertThatCode(() -> Digits.requireAscii(Locale.forLanguageTag(tag)))
        .doesNotThrowAnyException();
  }
}
