package io.flexora.testkit.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathBundlesTest {

  private static final String IMPORT =
      "Import-Package: io.flexora.api.plugin;version=\"[0.1,1)\"\n";

  @TempDir Path root;

  @Test
  void aBundleThatNamesItsModuleIsAPlugin() throws IOException {
    Path plugin = bundle("plugin", IMPORT + "Flexora-Plugin: com.example.Mine\n");
    try (URLClassLoader loader = loader(plugin)) {
      assertThat(ClassPathBundles.find(loader)).containsExactly(plugin);
      assertThat(ClassPathBundles.withoutModule(loader)).isEmpty();
    }
  }

  @Test
  void aBundleThatShouldNameAModuleIsNotTakenForALibrary() throws IOException {
    Path headless = bundle("headless", IMPORT);
    Path library = bundle("library", IMPORT + "Export-Package: com.example\n");
    Path other = bundle("other", "Import-Package: com.example\n");
    try (URLClassLoader loader = loader(headless, library, other)) {
      assertThat(ClassPathBundles.find(loader)).isEmpty();
      assertThat(ClassPathBundles.withoutModule(loader)).containsExactly(headless);
    }
  }

  private Path bundle(String name, String headers) throws IOException {
    Path folder = root.resolve(name);
    Path manifest = folder.resolve("META-INF/MANIFEST.MF");
    Files.createDirectories(manifest.getParent());
    Files.writeString(
        manifest, "Manifest-Version: 1.0\nBundle-SymbolicName: " + name + "\n" + headers);
    return folder;
  }

  private static URLClassLoader loader(Path... folders) throws IOException {
    URL[] urls = new URL[folders.length];
    for (int i = 0; i < folders.length; i++) {
      urls[i] = folders[i].toUri().toURL();
    }
    return new URLClassLoader(urls, null);
  }
}
