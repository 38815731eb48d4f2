package io.flexora.cli.scaffold;

import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The files beside a class: in its jar, or in its folder of classes. */
final class CodeSource {

  private CodeSource() {}

  /** The texts below a folder of the class's package, by their paths in it; empty if none. */
  static SortedMap<String, String> texts(Class<?> beside, String folder) {
    String name = beside.getPackageName().replace('.', '/') + "/" + folder;
    return in(beside, root -> texts(root.resolve(name)));
  }

  private static SortedMap<String, String> texts(Path folder) {
    SortedMap<String, String> texts = new TreeMap<>();
    files(folder).forEach(name -> texts.put(name, text(folder.resolve(name))));
    return texts;
  }

  /** The paths of the files below a folder, relative to it and with slashes. */
  static List<String> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return RegularFile.text(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Works on the root of what the class was loaded from. */
  static <R> R in(Class<?> loaded, Function<Path, R> work) {
    try {
      Path source = Path.of(loaded.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(source)) {
        return work.apply(source);
      }
      try (FileSystem jar = FileSystems.newFileSystem(source)) {
        return work.apply(jar.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("not a path: " + loaded, e);
    }
  }
}
