package io.flexora.distribution.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The home of a reader who has a checkout and has built it. What the walk changes there is a copy,
 * the rest are links.
 *
 * @param home an empty folder
 */
record Reader(Path home) {

  static final Path SOURCES = property("flexora.sources");
  private static final Path BUILT = property("flexora.distribution");

  /** Each command ends before the optimising compiler has paid for itself. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  /** Gives the reader a checkout in ~/flexora with a built distribution. */
  Reader withCheckout() throws IOException {
    Path checkout = home.resolve("flexora");
    copy(SOURCES.resolve("plugins/example-selector"), checkout.resolve("plugins/example-selector"));
    Path built = Files.createDirectories(checkout.resolve("distribution/target/flexora"));
    copy(BUILT.resolve("bin"), built.resolve("bin"));
    copy(BUILT.resolve("plugins"), built.resolve("plugins"));
    for (String same : new String[] {"lib", "bundles", "config", "sdk"}) {
      Files.createSymbolicLink(built.resolve(same), BUILT.resolve(same));
    }
    return this;
  }

  /** Gives the reader a local Maven repository with everything but what is Flexora's. */
  Reader withoutContracts() throws IOException {
    Path shared = property("flexora.local-repository");
    link(shared, repository(), "io");
    link(shared.resolve("io"), repository().resolve("io"), "flexora");
    return this;
  }

  /** The variables of the reader's shell. */
  Map<String, String> environment() {
    Path maven = property("flexora.maven").resolve("bin");
    return Map.of(
        "HOME",
        home.toString(),
        "JAVA_HOME",
        System.getProperty("java.home"),
        "FLEXORA_JAVA_OPTS",
        QUICK,
        "MAVEN_OPTS",
        QUICK + " -Dmaven.repo.local=" + repository(),
        "PATH",
        maven + ":" + System.getenv("PATH"));
  }

  /** Removes the links, so that whoever removes the home cannot follow one. */
  void leave() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  /** The version that is being built. */
  static String version() throws IOException {
    Matcher version =
        Pattern.compile("<version>(.*?)</version>")
            .matcher(Files.readString(SOURCES.resolve("pom.xml")));
    return version.results().findFirst().orElseThrow().group(1);
  }

  private Path repository() {
    return home.resolve("repository");
  }

  private static void link(Path from, Path to, String but) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(f -> !f.endsWith(but)).toList()) {
        Files.createSymbolicLink(to.resolve(file.getFileName()), file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !from.relativize(f).startsWith("target")).toList()) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static Path property(String name) {
    return Path.of(System.getProperty(name)).toAbsolutePath().normalize();
  }
}
