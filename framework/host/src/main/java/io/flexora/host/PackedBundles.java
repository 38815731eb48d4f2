package io.flexora.host;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.FileHash;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The bundles that jars of the class path carry in a folder of their own, as {@code
 * flexora-embedded} does: there, none of their classes is on the class path.
 */
final class PackedBundles {

  private static final String FOLDER = "META-INF/flexora/bundles";

  private PackedBundles() {}

  /**
   * Unpacks all bundles. A copy is named by its content, so that hosts share it; one that was
   * changed is replaced.
   *
   * @param loader the class path
   * @param cache the folder for the copies, made where there is a bundle
   * @return the copies, or bundles of a plain folder in place
   */
  static List<Path> unpack(ClassLoader loader, Path cache) {
    List<Path> bundles = new ArrayList<>();
    try {
      for (URL place : Collections.list(loader.getResources(FOLDER))) {
        if (place.openConnection() instanceof JarURLConnection connection) {
          connection.setUseCaches(false);
          try (JarFile jar = connection.getJarFile()) {
            for (JarEntry entry : jar.stream().filter(PackedBundles::isBundle).toList()) {
              try (InputStream in = jar.getInputStream(entry)) {
                bundles.add(copy(in.readAllBytes(), entry.getName(), cache));
              }
            }
          }
        } else {
          bundles.addAll(children(Path.of(URI.create(place.toString()))));
        }
      }
    } catch (IOException e) {
      throw new FlexoraException("the bundles of the class path cannot be unpacked: " + e, e);
    }
    return bundles;
  }

  private static boolean isBundle(JarEntry entry) {
    return entry.getName().matches(FOLDER + "/[^/\\\\]+\\.jar");
  }

  private static Path copy(byte[] content, String entry, Path cache) throws IOException {
    FileHash hash = FileHash.of(content);
    Path file = cache.resolve(hash.sha256()).resolve(entry.substring(FOLDER.length() + 1));
    if (hash.differenceOf(file).isPresent()) {
      DurableFile.writeShared(file, content);
    }
    return file;
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }
}
