package io.flexora.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardInputTest {

  private static InputStream of(String text, Charset charset) {
    return new ByteArrayInputStream(text.getBytes(charset));
  }

  @Test
  void onlyUtf8IsTaken() {
    assertThat(StandardInput.text(of("\ufeffé\n", StandardCharsets.UTF_8))).isEqualTo("é\n");
    assertThatThrownBy(() -> StandardInput.text(of("a\né", StandardCharsets.ISO_8859_1)))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("cannot read standard input: line 2 is not UTF-8; save the text in UTF-8");
  }
}
