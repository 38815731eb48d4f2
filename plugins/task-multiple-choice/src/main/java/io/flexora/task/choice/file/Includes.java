package io.flexora.task.choice.file;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Follows {@code include} from one task file to others in the same folder. */
final class Includes {
  private static final int DEEPEST = 10;

  private Includes() {}

  static Map<String, Object> read(Path path) {
    return read(path, 0);
  }

  private static Map<String, Object> read(Path path, int depth) {
    if (depth > DEEPEST) {
      throw new FlexoraException(
          "task file " + path + ": 'include' goes more than " + DEEPEST + " files deep");
    }
    Map<String, Object> own = TaskYaml.read(path);
    Map<String, Object> merged = new LinkedHashMap<>();
    for (Object name : names(own.get("include"))) {
      merged.putAll(read(neighbour(path, name), depth + 1));
    }
    merged.putAll(own);
    return merged;
  }

  private static List<?> names(Object include) {
    if (include == null) {
      return List.of();
    }
    return include instanceof List<?> list ? list : List.of(include);
  }

  private static Path neighbour(Path path, Object name) {
    String text = String.valueOf(name);
    boolean plain = name instanceof String && text.matches("[\\w][\\w .-]*");
    if (!plain) {
      throw new FlexoraException(
          "task file "
              + path
              + ": 'include: "
              + text
              + "' is refused; only files of the same folder are included, by their name");
    }
    return path.resolveSibling(text);
  }
}
