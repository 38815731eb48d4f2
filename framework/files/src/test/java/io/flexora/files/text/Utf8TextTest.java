package io.flexora.files.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8TextTest {

  @Test
  void aByteOrderMarkIsNoPartOfTheText() throws CharacterCodingException {
    assertThat(Utf8Text.of("\ufeffa\ufeff漢\ud83d\ude42\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("a\ufeff漢\ud83d\ude42\n");
    assertThat(Utf8Text.of(new byte[0])).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"windows-1252, 3", "UTF-16, 1"})
  void theLineThatIsNotUtf8IsNamed(String charset, int line) {
    byte[] bytes = "a\nb\ncafé".getBytes(Charset.forName(charset));

    assertThatThrownBy(() -> Utf8Text.of(bytes))
        .isInstanceOf(CharacterCodingException.class)
        .hasMessage("line " + line + " is not UTF-8; save the text in UTF-8");
  }
}
