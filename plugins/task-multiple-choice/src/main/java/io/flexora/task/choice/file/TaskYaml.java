package io.flexora.task.choice.file;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Notices;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** The one place that reads task files, by the rules of YAML 1.1 as the harness does. */
final class TaskYaml {
  private static final int BYTES = 1 << 20;
  private static final int DEPTH = 50;
  private static final int ALIASES = 10;

  private TaskYaml() {}

  /**
   * Reads one file.
   *
   * @param notices is told of keys that are there twice, the last of which counts
   */
  static Map<String, Object> read(Path path, Notices notices) {
    try {
      Functions constructor = new Functions(limits());
      Object value = new Yaml(constructor).load(text(path));
      if (!constructor.duplicates.isEmpty()) {
        notices.add(
            "task file %s has keys twice, of which the last counts: %s"
                .formatted(path, String.join(", ", constructor.duplicates)));
      }
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
      return RegularFile.text(path);
    } catch (IOException e) {
      throw new FlexoraException(
          "task file %s cannot be read: %s".formatted(path, ReadFailure.reason(path, e)), e);
    }
  }

  private static LoaderOptions limits() {
    LoaderOptions options = new LoaderOptions();
    // As PyYAML; in SnakeYAML's own log a warning would name no file.
    options.setAllowDuplicateKeys(true);
    options.setWarnOnDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    options.setMaxAliasesForCollections(ALIASES);
    options.setNestingDepthLimit(DEPTH);
    options.setCodePointLimit(BYTES);
    options.setTagInspector(tag -> false);
    return options;
  }

  /** Keeps the names of functions, refuses every other tag and finds keys that are there twice. */
  private static final class Functions extends SafeConstructor {
    private final Set<String> duplicates = new LinkedHashSet<>();

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

    @Override
    protected void processDuplicateKeys(MappingNode node, boolean forceStringKeys) {
      Set<String> keys = new HashSet<>();
      for (NodeTuple entry : node.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode key && !keys.add(key.getValue())) {
          duplicates.add(
              "'%s' (line %d)".formatted(key.getValue(), key.getStartMark().getLine() + 1));
        }
      }
      super.processDuplicateKeys(node, forceStringKeys);
    }
  }
}
