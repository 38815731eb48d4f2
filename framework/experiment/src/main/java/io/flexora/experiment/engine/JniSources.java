package io.flexora.experiment.engine;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.FileHash;
import io.flexora.plugin.install.HttpDownload;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipError;

/**
 * The sources of DJL's native library: the files that it is built of, copied from DJL's repository
 * with their paths in it.
 *
 * @param folder the folder of the copies
 */
record JniSources(Path folder) {

  /** The version of DJL whose sources have the hash. */
  static final String DJL = "0.36.0";

  static final String SHA256 = "3eebc1d67a3469870bbcddb86dbc9d45d131e1e2a7388388ef2bf911304eb106";

  private static final URI ARCHIVE =
      URI.create("https://github.com/deepjavalibrary/djl/archive/refs/tags/v" + DJL + ".zip");
  private static final String CODE = "engines/pytorch/pytorch-native/src/main/native";
  private static final String HEADERS = "api/src/main/native";
  private static final String JAVA =
      "engines/pytorch/pytorch-engine/src/main/java/ai/djl/pytorch/jni/PyTorchLibrary.java";
  private static final List<String> LICENCE = List.of("LICENSE", "NOTICE");
  private static final long MOST_BYTES = 1L << 28;

  /**
   * Copies the sources out of DJL's repository.
   *
   * @param repository a folder or a zip of it
   * @param folder the folder of the copies
   */
  static JniSources copied(Path repository, Path folder) {
    try {
      if (Files.isDirectory(repository)) {
        return copiedFrom(repository, folder);
      }
      try (FileSystem zip = FileSystems.newFileSystem(repository)) {
        return copiedFrom(zip.getPath("/"), folder);
      }
    } catch (IOException | ProviderNotFoundException | ZipError e) {
      throw new FlexoraException(
          "%s is neither a folder nor a zip of DJL's repository: %s"
              .formatted(repository, e.getMessage()),
          e);
    }
  }

  private static JniSources copiedFrom(Path place, Path folder) throws IOException {
    Path root;
    try (Stream<Path> children = Files.list(place)) {
      root =
          Stream.concat(Stream.of(place), children)
              .filter(found -> Files.isDirectory(found.resolve(CODE)))
              .findFirst()
              .orElseThrow(() -> new IOException("it has no folder " + CODE));
    }
    List<Path> files = new ArrayList<>();
    for (String part : List.of(CODE, HEADERS)) {
      try (Stream<Path> found = Files.walk(root.resolve(part))) {
        found.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    files.add(root.resolve(JAVA));
    LICENCE.forEach(name -> files.add(root.resolve(name)));
    for (Path file : files) {
      Path copy = folder.resolve(root.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    return new JniSources(folder);
  }

  /**
   * Downloads the sources of the version of DJL in use.
   *
   * @param folder the folder of the copies
   */
  static JniSources downloaded(Path folder) {
    return downloaded(ARCHIVE, SHA256, folder);
  }

  static JniSources downloaded(URI archive, String sha256, Path folder) {
    Path zip = folder.resolve("djl.zip");
    try {
      try (OutputStream out = Files.newOutputStream(zip)) {
        boolean local = "http".equals(archive.getScheme());
        HttpDownload.usual().fetch(archive, MOST_BYTES, local, out);
      }
      JniSources sources = copied(zip, folder.resolve("djl"));
      String found = sources.hash();
      if (!found.equals(sha256)) {
        throw new FlexoraException(
            "the sources of %s are not those of DJL %s: their hash is %s instead of %s"
                .formatted(archive, DJL, found, sha256));
      }
      return sources;
    } catch (IOException e) {
      throw new FlexoraException("the sources of DJL cannot be kept: " + e.getMessage(), e);
    }
  }

  /** The hash of all files with their paths. */
  String hash() throws IOException {
    StringBuilder lines = new StringBuilder();
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        lines.append(FileHash.of(file).sha256()).append("  ").append(path).append('\n');
      }
    }
    return FileHash.of(lines.toString().getBytes(StandardCharsets.UTF_8)).sha256();
  }

  /** The C++ files to compile. */
  List<Path> code() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(CODE))) {
      return files.filter(file -> file.toString().endsWith(".cc")).sorted().toList();
    }
  }

  /** The folders of headers. */
  List<Path> headers() {
    return List.of(folder.resolve(CODE), folder.resolve(HEADERS));
  }

  /** The Java class whose native methods the code implements. */
  Path nativeMethods() {
    return folder.resolve(JAVA);
  }

  /** The files of the licence. */
  List<Path> licence() {
    return LICENCE.stream().map(folder::resolve).toList();
  }
}
