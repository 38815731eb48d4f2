package io.flexora.task.choice.file;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Notices;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows {@code include} from one task file to others, as the harness does: a path is relative to
 * the file that it stands in, of several the later wins, and a file's own keys win over all.
 */
final class Includes {
  private static final String INCLUDE = "include";

  /** A list of tasks is the included file's own. */
  private static final String TASK_LIST = "task_list";

  private final Notices notices;
  private final Set<Path> seen = new HashSet<>();

  private Includes(Notices notices) {
    this.notices = notices;
  }

  static Map<String, Object> read(Path path, Notices notices) {
    return new Includes(notices).merged(path);
  }

  private Map<String, Object> merged(Path path) {
    Path place = path.toAbsolutePath().normalize();
    if (!seen.add(place)) {
      throw new FlexoraException(
          "task file " + path + " is included twice, or includes itself; include it once");
    }
    Map<String, Object> own = TaskYaml.read(path, notices);
    Map<String, Object> merged = new LinkedHashMap<>();
    for (Object name : names(own.get(INCLUDE))) {
      Map<String, Object> included = merged(named(path, name));
      included.remove(TASK_LIST);
      merged.putAll(included);
    }
    merged.putAll(own);
    merged.remove(INCLUDE);
    return merged;
  }

  private static List<?> names(Object include) {
    if (include == null) {
      return List.of();
    }
    return include instanceof List<?> list ? list : List.of(include);
  }

  private static Path named(Path path, Object name) {
    if (name instanceof String text && !text.isBlank()) {
      try {
        return path.resolveSibling(text);
      } catch (InvalidPathException e) {
        throw refused(path, name, e);
      }
    }
    throw refused(path, name, null);
  }

  private static FlexoraException refused(Path path, Object name, Exception cause) {
    return new FlexoraException(
        "task file %s: 'include: %s' is no path; write the path of a task file, relative to this one"
            .formatted(path, name),
        cause);
  }
}
