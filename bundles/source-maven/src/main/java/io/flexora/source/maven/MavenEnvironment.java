package io.flexora.source.maven;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The places of a user's Maven configuration.
 *
 * @param home the user's home folder
 * @param variables the environment variables
 * @param properties the system properties of this process
 */
record MavenEnvironment(Path home, Map<String, String> variables, Properties properties) {
  private static final Pattern DEFINITION = Pattern.compile("(?:^|\\s)-D([^\\s=]+)=(\\S*)");

  MavenEnvironment {
    variables = Map.copyOf(variables);
  }

  static MavenEnvironment ofThisProcess() {
    Properties properties = System.getProperties();
    return new MavenEnvironment(
        Path.of(properties.getProperty("user.home")), System.getenv(), properties);
  }

  /**
   * A property as Maven would see it: of this process, or written in {@code MAVEN_ARGS} or {@code
   * MAVEN_OPTS} as {@code -Dname=value}.
   */
  Optional<String> property(String name) {
    return Optional.ofNullable(mavenProperties().getProperty(name));
  }

  /** All properties as Maven would see them, environment variables as {@code env.NAME}. */
  Properties mavenProperties() {
    Properties all = new Properties();
    variables.forEach((name, value) -> all.setProperty("env." + name, value));
    for (String variable : new String[] {"MAVEN_OPTS", "MAVEN_ARGS"}) {
      Matcher definition = DEFINITION.matcher(variables.getOrDefault(variable, ""));
      while (definition.find()) {
        all.setProperty(definition.group(1), definition.group(2));
      }
    }
    properties.stringPropertyNames().forEach(n -> all.setProperty(n, properties.getProperty(n)));
    return all;
  }

  /** The user's settings file, whether or not it is there. */
  Path userSettings() {
    return home.resolve(".m2").resolve("settings.xml");
  }

  /** The file of the master password, whether or not it is there. */
  Path securitySettings() {
    return property("settings.security")
        .map(Path::of)
        .orElseGet(() -> home.resolve(".m2").resolve("settings-security.xml"));
  }

  /** The settings file of the installed Maven, if one is found. */
  Optional<Path> globalSettings() {
    return mavenHome()
        .map(h -> h.resolve("conf").resolve("settings.xml"))
        .filter(Files::isReadable);
  }

  private Optional<Path> mavenHome() {
    return Stream.of("MAVEN_HOME", "M2_HOME")
        .map(variables::get)
        .filter(v -> v != null && !v.isBlank())
        .map(Path::of)
        .findFirst()
        .or(this::homeOfCommand);
  }

  /** The installation that the command {@code mvn} on the path belongs to. */
  private Optional<Path> homeOfCommand() {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(variables.getOrDefault("PATH", ""))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder).resolve("mvn"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(MavenEnvironment::realPath)
        .map(mvn -> mvn.getParent().getParent());
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
