package io.flexora.distribution.damage;

import io.flexora.files.durable.DurableFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a folder as they were once.
 *
 * @param folder the folder
 * @param files their contents
 */
record FileTree(Path folder, Map<Path, byte[]> files) {

  static FileTree of(Path folder) throws IOException {
    Map<Path, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(file, Files.readAllBytes(file));
      }
    }
    return new FileTree(folder, files);
  }

  /** Makes the folder what it was. */
  void restore() throws IOException {
    DurableFolder.delete(folder);
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      Files.createDirectories(file.getKey().getParent());
      Files.write(file.getKey(), file.getValue());
    }
  }
}
