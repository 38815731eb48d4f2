package io.flexora.plugin.felix;

import io.flexora.files.durable.FileHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The SHA-256 of the code in a jar or a folder of classes: of the names, sizes and bytes of its
 * files, sorted by name. What a rebuild of the same classes changes does not count: the order and
 * the times of the entries and their compression, Maven's notes, signatures, and what the manifest
 * says of the time and the tools of the build.
 */
public final class CodeHash {

  private static final Set<String> OF_THE_BUILD =
      Set.of(
          "bnd-lastmodified",
          "build-jdk",
          "build-jdk-spec",
          "build-time",
          "built-by",
          "created-by",
          "originally-created-by",
          "private-package",
          "tool");

  /** Opens the content of a file. */
  @FunctionalInterface
  public interface HashedContent {
    InputStream open() throws IOException;
  }

  private final Map<String, HashedContent> files = new TreeMap<>();

  /** Adds a file. */
  public void add(String name, HashedContent content) {
    if (!name.endsWith("/") && !isOfTheBuild(name)) {
      files.put(name, content);
    }
  }

  private static boolean isOfTheBuild(String name) {
    return name.startsWith("META-INF/maven/")
        || name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)")
        || name.equals("META-INF/INDEX.LIST");
  }

  /**
   * The hash of what was added.
   *
   * @throws IOException if a file cannot be read
   */
  public String sha256() throws IOException {
    MessageDigest whole = FileHash.newDigest();
    for (Map.Entry<String, HashedContent> file : files.entrySet()) {
      byte[] content = content(file.getKey(), file.getValue());
      whole.update((file.getKey() + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
      whole.update(content);
    }
    return FileHash.hex(whole);
  }

  private static byte[] content(String name, HashedContent content) throws IOException {
    try (InputStream in = content.open()) {
      return name.equals(JarFile.MANIFEST_NAME) ? manifest(in) : in.readAllBytes();
    }
  }

  private static byte[] manifest(InputStream in) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    Attributes main = new Manifest(in).getMainAttributes();
    main.forEach((name, value) -> headers.put(name.toString(), value.toString()));
    headers.keySet().removeIf(name -> OF_THE_BUILD.contains(name.toLowerCase(Locale.ROOT)));
    return headers.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The hash of a jar, or of a folder of classes.
   *
   * @throws IOException if it cannot be read
   */
  static String of(Path code) throws IOException {
    return Files.isDirectory(code) ? ofFolder(code) : ofJar(code);
  }

  private static String ofJar(Path jar) throws IOException {
    CodeHash hash = new CodeHash();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        hash.add(entry.getName(), () -> zip.getInputStream(entry));
      }
      return hash.sha256();
    }
  }

  private static String ofFolder(Path folder) throws IOException {
    CodeHash hash = new CodeHash();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        hash.add(name, () -> Files.newInputStream(file));
      }
    }
    return hash.sha256();
  }
}
