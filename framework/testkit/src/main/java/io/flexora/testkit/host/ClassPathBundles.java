package io.flexora.testkit.host;

import io.flexora.api.plugin.FlexoraModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** Finds plugins on the class path of a test: the module's own classes, and its dependencies. */
final class ClassPathBundles {

  private ClassPathBundles() {}

  /** The jars and exploded bundles whose manifest names a plugin's module. */
  static List<Path> find() {
    List<Path> bundles = new ArrayList<>();
    try {
      ClassLoader loader = ClassPathBundles.class.getClassLoader();
      for (URL manifest : Collections.list(loader.getResources(JarFile.MANIFEST_NAME))) {
        if (isPlugin(manifest)) {
          bundles.add(bundle(manifest));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class path", e);
    }
    return bundles;
  }

  private static boolean isPlugin(URL manifest) throws IOException {
    try (InputStream in = manifest.openStream()) {
      return new Manifest(in).getMainAttributes().getValue(FlexoraModule.HEADER) != null;
    }
  }

  private static Path bundle(URL manifest) throws IOException {
    try {
      if (manifest.openConnection() instanceof JarURLConnection jar) {
        return Path.of(jar.getJarFileURL().toURI());
      }
      return Path.of(manifest.toURI().resolve(URI.create(".."))).toAbsolutePath().normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("not a path: " + manifest, e);
    }
  }
}
