package io.flexora.runner.process;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A process that ends at once has not been read yet when its end is noticed. */
@DisabledOnOs(OS.WINDOWS)
class JavaTrialTest {

  @RepeatedTest(100)
  void tellsWhatAProcessSaidThatEndedAtOnce() {
    JavaTrial trial = new JavaTrial(List.of("sh", "-c", "echo no such option; exit 3"));
    assertThatThrownBy(trial::requireStart)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("exit code 3: no such option");
  }

  @RepeatedTest(100)
  void acceptsAProcessThatEndedAtOnce() {
    assertThatCode(new JavaTrial(List.of("sh", "-c", "echo fine"))::requireStart)
        .doesNotThrowAnyException();
  }
}
