package io.flexora.experiment.setup;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.NoExtensions;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchedSourcesTest {

  @Test
  void aPluginThatIsThereAndNotInUseIsNamedWithItsCause() {
    FetchedSources sources =
        new FetchedSources(
            new NoExtensions(List.of("plugin x 1.0 is not in use: why")),
            (extension, all) -> null,
            null,
            new FetchedFiles());

    assertThatThrownBy(() -> sources.fetch("mine:place"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("location 'mine:place': no source 'mine' is installed; ")
        .hasMessageEndingWith("; plugin x 1.0 is not in use: why");
  }
}
