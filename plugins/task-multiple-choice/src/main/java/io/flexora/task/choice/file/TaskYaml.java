package io.flexora.task.choice.file;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** The one place that reads task files, by the rules of YAML 1.1 as the harness does. */
final class TaskYaml {
  private static final int BYTES = 1 << 20;
  private static final int DEPTH = 50;
  private static final int ALIASES = 10;

  private TaskYaml() {}

  static Map<String, Object> read(Path path) {
    try {
      Object value = new Yaml(new Functions(limits())).load(text(path));
      if (!(value instanceof Map<?, ?> map)) {
        throw new FlexoraException("task file " + path + ": it holds no keys");
      }
      Map<String, Object> keys = new LinkedHashMap<>();
      map.forEach((k, v) -> keys.put(String.valueOf(k), v));
      return keys;
    } catch (YAMLException | StackOverflowError e) {
      throw new FlexoraException(
          "task file " + path + " is no YAML that can be read: " + e.getMessage(), e);
    }
  }

  private static String text(Path path) {
    try {
      if (Files.size(path) > BYTES) {
        throw new FlexoraException("task file " + path + " is larger than " + BYTES + " bytes");
      }
      return Files.readString(path, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FlexoraException("task file " + path + " cannot be read: " + e, e);
    }
  }

  private static LoaderOptions limits() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    options.setMaxAliasesForCollections(ALIASES);
    options.setNestingDepthLimit(DEPTH);
    options.setCodePointLimit(BYTES);
    options.setTagInspector(tag -> false);
    return options;
  }

  /** Keeps the names of functions and refuses every other tag. */
  private static final class Functions extends SafeConstructor {
    Functions(LoaderOptions options) {
      super(options);
      yamlConstructors.put(
          new Tag("!function"),
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              return new PythonFunction(node instanceof ScalarNode s ? s.getValue() : "?");
            }
          });
    }
  }
}
