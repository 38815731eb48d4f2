package io.flexora.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StrictStartTest {

  @TempDir private Path folder;

  @BeforeEach
  void writeABundleThatDoesNotResolve() throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "needy");
    headers.putValue("Import-Package", "not.there");
    Path bundles = Files.createDirectories(folder.resolve("bundles"));
    new JarOutputStream(Files.newOutputStream(bundles.resolve("needy.jar")), manifest).close();
  }

  private FlexoraHost.Builder builder() {
    return FlexoraHost.builder().bundles(folder.resolve("bundles")).cache(folder.resolve("cache"));
  }

  @Test
  void aBundleThatDoesNotResolveFailsAStrictStart() {
    assertThatThrownBy(() -> builder().strict().start())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("needy.jar, which is shipped, is not in use", "not.there");
    assertThat(folder.resolve("cache")).isEmptyDirectory();
  }

  @Test
  void itIsListedOtherwise() {
    try (FlexoraHost host = builder().start()) {
      assertThat(host.plugins().plugins())
          .singleElement()
          .satisfies(status -> assertThat(status.state()).isEqualTo(PluginState.UNRESOLVED));
    }
  }
}
