package io.flexora.cli.scaffold;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Maven project of a new selector: the example plugin under another name, with the installation's
 * {@code sdk/} as a repository.
 *
 * @since 0.1
 */
public final class SelectorProject {

  private static final String EXAMPLE = "example/";
  private static final String MAIN = "src/main/java/com/example/";
  private static final String TEST = "src/test/java/com/example/";
  private static final List<String> SOURCES =
      List.of(
          MAIN + "gradientnorm/package-info.java",
          MAIN + "gradientnorm/GradientNormPlugin.java",
          MAIN + "gradientnorm/GradientNormOptions.java",
          MAIN + "gradientnorm/GradientNormSelector.java",
          MAIN + "gradientnorm/LayerNorms.java",
          TEST + "gradientnorm/GradientNormSelectorSuiteTest.java");

  private final PluginName name;
  private final Path home;

  /**
   * Prepares.
   *
   * @param home the installation that the selector is for
   * @throws FlexoraException if it has no {@code sdk/}
   */
  public SelectorProject(PluginName name, Path home) {
    this.name = name;
    this.home = home.toAbsolutePath().normalize();
    if (!Files.isDirectory(sdk())) {
      throw new FlexoraException(
          sdk()
              + " is not there, which has what plugins are built with; install Flexora anew, or name"
              + " another installation with --home");
    }
  }

  private Path sdk() {
    return home.resolve("sdk");
  }

  /**
   * Writes the project whole or not at all.
   *
   * @param folder where it belongs; nothing may be there yet
   * @throws FlexoraException if something is there, or it cannot be written
   */
  public void write(Path folder) {
    Path target = folder.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new FlexoraException(
          folder + " is there already; name another folder with --folder, or remove it");
    }
    try {
      Files.createDirectories(target.getParent());
    } catch (IOException e) {
      throw WriteFailure.explain(target, e);
    }
    DurableFolder.write(
        target,
        staging -> {
          for (Map.Entry<String, String> file : files().entrySet()) {
            Path path = staging.path().resolve(file.getKey());
            Files.createDirectories(path.getParent());
            staging.write(
                file.getKey(), out -> out.write(file.getValue().getBytes(StandardCharsets.UTF_8)));
          }
        });
  }

  /** The text of each file, by its path in the project. */
  Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("README.md", filled(resource("README.md")));
    files.put("compare.yaml", filled(resource("compare.yaml")));
    files.put("pom.xml", pom());
    files.put("bnd.bnd", renamed(resource(EXAMPLE + "bnd.bnd")));
    SOURCES.forEach(file -> files.put(renamed(file), renamed(resource(EXAMPLE + file))));
    return files;
  }

  private String filled(String text) {
    return text.replace("{{name}}", name.text())
        .replace("{{type}}", name.inType())
        .replace("{{home}}", home.toString());
  }

  private String renamed(String text) {
    return text.replace("gradientnorm", name.inPackage())
        .replace("GradientNorm", name.inType())
        .replace("largest-gradient", name.text());
  }

  private String pom() {
    String example = resource(EXAMPLE + "pom.xml");
    String named = replaced(example, "gradient-norm-selector", name.text() + "-selector");
    return replaced(named, "\n  <dependencies>", "\n" + repository() + "\n  <dependencies>");
  }

  private static String replaced(String text, String what, String by) {
    if (!text.contains(what)) {
      throw new IllegalStateException("the example's pom.xml has no " + what);
    }
    return text.replace(what, by);
  }

  private String repository() {
    return """
          <repositories>
            <!-- The contracts and the test kit, from the installation that made this project. -->
            <repository>
              <id>flexora-sdk</id>
              <url>%s</url>
              <releases>
                <checksumPolicy>ignore</checksumPolicy>
              </releases>
              <snapshots>
                <checksumPolicy>ignore</checksumPolicy>
                <updatePolicy>always</updatePolicy>
              </snapshots>
            </repository>
          </repositories>
        """
        .formatted(xml(sdk().toUri().toString().replaceFirst("/$", "")));
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String file) {
    try (InputStream in = SelectorProject.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its file " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the program's file " + file + " cannot be read", e);
    }
  }
}
