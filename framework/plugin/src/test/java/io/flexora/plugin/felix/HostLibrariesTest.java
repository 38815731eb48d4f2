package io.flexora.plugin.felix;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.plugin.PluginJar;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostLibrariesTest {

  @TempDir private Path folder;

  @Test
  void thoseOfThisBuildAreCompatible() {
    assertThat(HostLibraries.problems(HostLibrariesTest.class.getClassLoader())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "com.google.inject.Guice, guice-5.1.0.jar, Guice 5.1.0",
    "org.yaml.snakeyaml.Yaml, snakeyaml-1.33.jar, SnakeYAML 1.33.0",
    "org.slf4j.LoggerFactory, slf4j-api-1.7.36.jar, SLF4J 1.7.36",
    "ai.djl.Device, api-0.28.0.jar, DJL 0.28.0",
  })
  void anotherMajorVersionInFrontIsNamedWithItsPlace(String type, String jar, String told)
      throws IOException {
    try (URLClassLoader loader = loader(type, jar)) {
      assertThat(HostLibraries.problems(loader))
          .singleElement()
          .asString()
          .startsWith(told + ", from file:")
          .contains(jar, "which this Flexora was built with");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "com.google.inject.Guice, guice-7.3.jar",
    "com.google.inject.Guice, everything-1.0.jar",
    "org.yaml.snakeyaml.Yaml, snakeyaml-2.2.jar"
  })
  void othersMayBeInFront(String type, String jar) throws IOException {
    try (URLClassLoader loader = loader(type, jar)) {
      assertThat(HostLibraries.problems(loader)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "com.google.inject.Guice, com.google.inject, 5.1.0, none, Guice 5.1.0",
    "com.google.inject.Guice, com.google.inject, 7.3.0, none, ''",
    "org.yaml.snakeyaml.Yaml, everything, 3.0.0, snakeyaml, SnakeYAML 1.33.0",
  })
  void aJarOfAnotherNameTellsItsVersion(
      String type, String name, String version, String artifact, String told) throws IOException {
    byte[] record = "version=1.33\n".getBytes(StandardCharsets.UTF_8);
    Path jar =
        bundle(name, version, type)
            .entry("META-INF/maven/group/" + artifact + "/pom.properties", record)
            .writeTo(folder.resolve("renamed.jar"));
    try (URLClassLoader loader = loader(jar)) {
      assertThat(String.join(";", HostLibraries.problems(loader)))
          .startsWith(told)
          .contains(told.isEmpty() ? "" : ", which this Flexora was built with");
    }
  }

  private URLClassLoader loader(String type, String name) throws IOException {
    return loader(bundle("b", "1.0.0", type).writeTo(folder.resolve(name)));
  }

  private static URLClassLoader loader(Path jar) throws IOException {
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, /* parent= */ null);
  }

  private static PluginJar bundle(String name, String version, String type) {
    int dot = type.lastIndexOf('.');
    return PluginJar.bundle(name, version)
        .source(
            type,
            "package %s; public class %s {}"
                .formatted(type.substring(0, dot), type.substring(dot + 1)));
  }
}
