package io.flexora.release;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gathers the licences of all that an installation brings: a table of each jar, and the texts and
 * notices that the jars hold.
 *
 * @since 0.1
 */
public final class Licences {

  private static final Pattern TEXT =
      Pattern.compile(
          "/(?:META-INF/)?(?:licen[cs]es?/)?(?:licen[cs]e|notice|copying|al2\\.0|lgpl|thirdparty)[^/]*",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern VERSION = Pattern.compile("-\\d.*");
  private static final String OURS = "flexora-";

  private final Path home;
  private final Path target;
  private final Properties known;
  private final Map<String, String> rows = new TreeMap<>();

  private Licences(Path home, Properties known) {
    this.home = home;
    this.target = home.resolve("licenses");
    this.known = known;
  }

  /**
   * Gathers them into {@code licenses/}.
   *
   * @param arguments the installation, and the file that names the licence of each library
   */
  public static void main(String[] arguments) throws IOException {
    Properties known = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of(arguments[1]))) {
      known.load(in);
    }
    Licences licences = new Licences(Path.of(arguments[0]), known);
    licences.gather();
  }

  private void gather() throws IOException {
    List<Path> folders =
        Stream.of("lib", "bundles", "plugins")
            .map(home::resolve)
            .filter(Files::isDirectory)
            .toList();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
          gather(jar);
        }
      }
    }
    write();
  }

  private void gather(Path jar) throws IOException {
    String name = name(jar);
    add(name, licence(name), name.startsWith(OURS) ? Map.of() : texts(jar));
    if (name.startsWith(OURS)) {
      gatherInner(jar);
    }
  }

  private static String name(Path jar) {
    return jar.getFileName().toString().replaceFirst("\\.jar$", "");
  }

  /** The libraries that a bundle has brought along. */
  private void gatherInner(Path bundle) throws IOException {
    try (FileSystem content = FileSystems.newFileSystem(bundle, Map.of());
        Stream<Path> files = Files.walk(content.getPath("/"))) {
      for (Path inner : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        String name = name(inner);
        Path copy = Files.createTempFile("licences", ".jar");
        try {
          Files.copy(inner, copy, StandardCopyOption.REPLACE_EXISTING);
          boolean ours = name.equals("driver");
          add(name, ours ? "Apache-2.0" : licence(name), ours ? Map.of() : texts(copy));
        } finally {
          Files.delete(copy);
        }
      }
    }
  }

  private void add(String name, String licence, Map<String, byte[]> texts) throws IOException {
    for (Map.Entry<String, byte[]> text : texts.entrySet()) {
      Path file = target.resolve(name).resolve(text.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, text.getValue());
    }
    String files =
        texts.keySet().stream()
            .map(file -> "[%s](%s/%s)".formatted(file, name, file))
            .collect(Collectors.joining(", "));
    rows.put(name, "| %s | %s | %s |".formatted(name, licence, files));
  }

  private String licence(String jar) {
    if (jar.startsWith(OURS)) {
      return "Apache-2.0";
    }
    String library = VERSION.matcher(jar).replaceFirst("");
    return Optional.ofNullable(known.getProperty(library))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    ("nothing says under which licence %s is; add '%s = SPDX-NAME' to"
                            + " distribution/assembly/licenses.properties")
                        .formatted(jar, library)));
  }

  private static Map<String, byte[]> texts(Path jar) throws IOException {
    Map<String, byte[]> texts = new LinkedHashMap<>();
    try (FileSystem content = FileSystems.newFileSystem(jar, Map.of());
        Stream<Path> files = Files.walk(content.getPath("/"))) {
      files
          .filter(file -> Files.isRegularFile(file) && TEXT.matcher(file.toString()).matches())
          .sorted()
          .forEach(file -> add(texts, file));
    }
    return texts;
  }

  private static void add(Map<String, byte[]> texts, Path file) {
    String name = file.toString().replaceFirst("^/(META-INF/)?", "").replace('/', '-');
    try {
      byte[] text = Files.readAllBytes(file);
      if (texts.values().stream().noneMatch(other -> Arrays.equals(other, text))) {
        texts.put(name, text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write() throws IOException {
    Files.createDirectories(target);
    String table =
        """
        # Licences

        Flexora is under the Apache License 2.0 (`LICENSE`). These are the jars of this installation and the
        libraries inside of bundles, with the licence of each (SPDX) and the texts and notices that they hold.

        | jar | licence | texts |
        |---|---|---|
        """;
    Files.write(
        target.resolve("README.md"),
        (table + String.join("\n", rows.values()) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
