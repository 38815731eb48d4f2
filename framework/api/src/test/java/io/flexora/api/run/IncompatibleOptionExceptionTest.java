package io.flexora.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.flexora.api.run.Compatibility.Incompatibility;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class IncompatibleOptionExceptionTest {

  private static String option(Exception thrown) {
    Exception caught =
        catchException(
            () ->
                IncompatibleOptionException.reading(
                    "source",
                    () -> {
                      if (thrown instanceof IOException io) {
                        throw io;
                      }
                      throw (FlexoraException) thrown;
                    }));
    assertThat(caught).isSameAs(thrown);
    return Incompatibility.of(caught).option();
  }

  @Test
  void whatCannotBeReadRefusesTheOptionThatNamesIt() throws IOException {
    assertThat(IncompatibleOptionException.<String>reading("source", () -> "read"))
        .isEqualTo("read");
    assertThat(option(new FileNotFoundException("there is no file"))).isEqualTo("source");
    assertThat(option(new FlexoraException("it is damaged"))).isEqualTo("source");
    assertThat(Incompatibility.of(new IOException("unread")).option()).isEmpty();
  }

  @Test
  void theInnermostReadingSaysTheOption() {
    assertThat(option(new IncompatibleOptionException("format", "say format: parquet")))
        .isEqualTo("format");
    Exception caught =
        catchException(
            () ->
                IncompatibleOptionException.reading(
                    "source",
                    () ->
                        IncompatibleOptionException.reading(
                            "tokenizer",
                            () -> {
                              throw new IOException("it is cut");
                            })));
    assertThat(Incompatibility.of(caught).option()).isEqualTo("tokenizer");
  }

  @Test
  void aCancellationRefusesNothing() {
    assertThat(option(new CancelledException())).isEmpty();
  }
}
