package io.flexora.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes the native libraries of other machines, and what only debuggers read, out of the jars of an
 * installation: jars bring those of every platform, which is more than half of all bytes. What
 * stays in a jar stays as it was, byte for byte.
 *
 * @since 0.1
 */
public final class OwnPlatform {

  private OwnPlatform() {}

  /**
   * Takes them out.
   *
   * @param arguments a folder of jars, and the platform, such as {@code linux-x86_64}
   */
  public static void main(String[] arguments) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        reduce(jar, arguments[1]);
      }
    }
  }

  /**
   * Takes the native libraries of other platforms out of a jar.
   *
   * @return their names
   */
  static List<String> reduce(Path jar, String platform) throws IOException {
    List<String> foreign = foreign(jar, platform);
    if (!foreign.isEmpty()) {
      try (FileSystem content = FileSystems.newFileSystem(jar, Map.of())) {
        for (String name : foreign) {
          Files.delete(content.getPath(name));
        }
      }
    }
    return foreign;
  }

  /** The native libraries in a jar that a platform has no use for. */
  static List<String> foreign(Path jar, String platform) throws IOException {
    List<String> foreign = new ArrayList<>();
    try (FileSystem content = FileSystems.newFileSystem(jar, Map.of())) {
      try (Stream<Path> files = Files.walk(content.getPath("/"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Optional<NativeCode> code = NativeCode.of(head(file));
          if (code.isPresent() && !code.get().isFor(platform)) {
            foreign.add(file.toString());
          }
        }
      }
    }
    return foreign;
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(NativeCode.HEAD);
    }
  }
}
