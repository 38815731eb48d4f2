package io.flexora.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResumptionTest {

  @Test
  void whatHasAFolderCanBeGoneOnWith() {
    assertThat(Resumption.ofCancelled("run", Optional.of(Path.of("runs/a b"))))
        .isEqualToNormalizingNewlines(
            "the run was cancelled.\nTo continue: flexora resume 'runs/a b'");
  }

  @Test
  void whatHasNoneYetHasWrittenNothing() {
    assertThat(Resumption.ofCancelled("comparison", Optional.empty()))
        .isEqualTo("the comparison was cancelled before its folder was made; nothing was written.");
  }
}
