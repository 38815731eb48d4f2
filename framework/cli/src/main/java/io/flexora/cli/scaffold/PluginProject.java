package io.flexora.cli.scaffold;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.WriteFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Maven project of a new plugin, filled in from Mustache templates: those of its kind, which lie
 * in the folder {@code templates/KIND}, over those that all kinds share, in {@code
 * templates/every}. Their {@code main/}, {@code test/} and {@code resources/} go where Maven has
 * the sources, tests and resources of the project's package; names of files are templates, too,
 * without the ending {@code .mustache}. What lies below {@code partials/} is for other templates to
 * include.
 *
 * @since 0.1
 */
public final class PluginProject {

  private static final String PARTIALS = "partials/";
  private static final String COMPARISON = "compare.yaml";
  private static final Pattern IMPORT =
      Pattern.compile("^import [\\w.]+\\.(\\w+);", Pattern.MULTILINE);

  private final PluginName name;
  private final String kind;
  private final Path home;
  private final Map<String, String> templates = new HashMap<>();
  private final Map<String, Object> values;
  private final SortedMap<String, String> files;

  /**
   * Prepares.
   *
   * @param kind the kind of an extension point
   * @param home the installation that the plugin is for
   * @throws FlexoraException if there is no such extension point, the installation has no {@code
   *     sdk/}, or a class of the project would have the name of one that it imports
   */
  public PluginProject(String kind, PluginName name, Path home) {
    SortedMap<String, Class<?>> points = ExtensionPoints.all();
    if (!points.containsKey(kind)) {
      throw new FlexoraException(
          "there is no extension point '%s'; there are: %s"
              .formatted(kind, String.join(", ", points.keySet())));
    }
    this.name = name;
    this.kind = kind;
    this.home = home.toAbsolutePath().normalize();
    if (!Files.isDirectory(sdk())) {
      throw new FlexoraException(
          sdk()
              + " is not there, which has what plugins are built with; reinstall Flexora, or name"
              + " another installation with --home");
    }
    templates.putAll(CodeSource.texts(PluginProject.class, "templates/every"));
    templates.putAll(CodeSource.texts(PluginProject.class, "templates/" + kind));
    values = values(points.get(kind));
    files = filled();
    requireOwnNames();
  }

  private Path sdk() {
    return home.resolve("sdk");
  }

  private Map<String, Object> values(Class<?> point) {
    Properties versions = versions();
    Map<String, Object> values = new HashMap<>();
    values.put("name", name.text());
    values.put("snake", name.text().replace('-', '_'));
    values.put("type", name.inType());
    values.put("package", name.inPackage());
    values.put("artifact", artifact());
    values.put("kind", kind);
    values.put("key", kind.replace('-', '_'));
    values.put("point", point.getSimpleName());
    values.put("pointClass", point.getName());
    values.put("home", home.toString());
    values.put("sdk", xml(sdk().toUri().toString().replaceFirst("/$", "")));
    values.put("version", versions.getProperty("version"));
    values.put("encoderVersion", versions.getProperty("bge-small-en"));
    values.put("use", String.join(" ", use()));
    return values;
  }

  private static Properties versions() {
    Properties properties = new Properties();
    try (InputStream in = PluginProject.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The name of the project, and of its jar without version and ending. */
  public String artifact() {
    return name.text() + "-" + kind;
  }

  /** The symbolic name of the plugin, which begins with the group of the project. */
  public String symbolicName() {
    return "com.example." + artifact();
  }

  /** The arguments of {@code flexora} with which the project's own example uses the plugin. */
  public List<String> use() {
    return templates.containsKey(COMPARISON)
        ? List.of("compare", COMPARISON)
        : List.of("run", "experiment.yaml");
  }

  /** The text of each file, by its path in the project. */
  public SortedMap<String, String> files() {
    return Collections.unmodifiableSortedMap(files);
  }

  private SortedMap<String, String> filled() {
    SortedMap<String, String> filled = new TreeMap<>();
    templates.forEach(
        (path, text) -> {
          if (!path.startsWith(PARTIALS)) {
            filled.put(place(filled(path)), filled(text));
          }
        });
    return filled;
  }

  /** Such a class would be taken for the one that is imported, or not compile beside it. */
  private void requireOwnNames() {
    Set<String> imported =
        files.values().stream()
            .flatMap(text -> IMPORT.matcher(text).results())
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    for (String file : files.keySet()) {
      String type = file.replaceFirst("^.*/", "").replaceFirst("\\.java$", "");
      if (file.endsWith(".java") && imported.contains(type)) {
        throw new FlexoraException(
            ("'%s' cannot name this %s: its class %s would have the name of one that it imports;"
                    + " write another name, such as my-%s")
                .formatted(name.text(), kind, type, name.text()));
      }
    }
  }

  private String filled(String template) {
    Template compiled =
        Mustache.compiler().escapeHTML(false).withLoader(this::partial).compile(template);
    return compiled.execute(values);
  }

  private StringReader partial(String partial) {
    return new StringReader(
        Objects.requireNonNull(
            templates.get(PARTIALS + partial),
            () -> "no template of a %s: %s".formatted(kind, partial)));
  }

  private String place(String path) {
    String below = "/" + name.inPackage().replace('.', '/') + "/";
    return path.replaceFirst("\\.mustache$", "")
        .replaceFirst("^main/", "src/main/java" + below)
        .replaceFirst("^test/", "src/test/java" + below)
        .replaceFirst("^resources/", "src/main/resources" + below);
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
          for (Map.Entry<String, String> file : files.entrySet()) {
            Files.createDirectories(staging.path().resolve(file.getKey()).getParent());
            staging.write(
                file.getKey(), out -> out.write(file.getValue().getBytes(StandardCharsets.UTF_8)));
          }
        });
  }
}
