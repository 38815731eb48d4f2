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
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Finds plugins on the class path of a test: the module's own classes, and its dependencies. */
final class ClassPathBundles {

  private ClassPathBundles() {}

  /** The jars and exploded bundles whose manifest names a plugin's module. */
  static List<Path> find(ClassLoader loader) {
    return find(loader, headers -> headers.getValue(FlexoraModule.HEADER) != null);
  }

  /** Those that use the plugins' API and give nothing to others, but name no module either. */
  static List<Path> withoutModule(ClassLoader loader) {
    return find(loader, ClassPathBundles::lacksModule);
  }

  private static boolean lacksModule(Attributes headers) {
    String imports = headers.getValue("Import-Package");
    return imports != null
        && imports.contains(FlexoraModule.class.getPackageName())
        && Stream.of(FlexoraModule.HEADER, "Bundle-Activator", "Export-Package", "Fragment-Host")
            .allMatch(header -> headers.getValue(header) == null);
  }

  private static List<Path> find(ClassLoader loader, Predicate<Attributes> meant) {
    List<Path> bundles = new ArrayList<>();
    try {
      for (URL manifest : Collections.list(loader.getResources(JarFile.MANIFEST_NAME))) {
        if (meant.test(headers(manifest))) {
          bundles.add(bundle(manifest));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class path", e);
    }
    return bundles;
  }

  private static Attributes headers(URL manifest) throws IOException {
    try (InputStream in = manifest.openStream()) {
      return new Manifest(in).getMainAttributes();
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
