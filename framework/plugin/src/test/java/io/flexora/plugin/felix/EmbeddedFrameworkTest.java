package io.flexora.plugin.felix;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedFrameworkTest {

  @Test
  void whyItDoesNotStartIsSaidInTheFrameworksWords(@TempDir Path folder) throws IOException {
    Path storage = Files.createFile(folder.resolve("file")).resolve("storage");

    assertThatThrownBy(() -> EmbeddedFramework.start(storage))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("the OSGi framework does not start in " + storage + ": ")
        .hasMessageNotContainingAny("ExecutionException", "BundleException", "its activator");
  }
}
