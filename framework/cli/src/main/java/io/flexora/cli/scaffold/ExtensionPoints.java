package io.flexora.cli.scaffold;

import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.results.report.Report;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The extension points of the contracts and of reports, found by their annotation.
 *
 * @since 0.1
 */
public final class ExtensionPoints {

  private static final Map<Class<?>, String> PLACES =
      Map.of(ExtensionPoint.class, "io/flexora/api/", Report.class, "io/flexora/results/");
  private static final String CLASS = ".class";

  private ExtensionPoints() {}

  /** The interface of each extension point, by its kind. */
  public static SortedMap<String, Class<?>> all() {
    SortedMap<String, Class<?>> points = new TreeMap<>();
    PLACES.forEach(
        (one, packages) ->
            CodeSource.in(one, root -> CodeSource.files(root.resolve(packages))).stream()
                .filter(file -> file.endsWith(CLASS))
                .map(file -> load(packages + file))
                .filter(type -> type.isAnnotationPresent(ExtensionPoint.class))
                .forEach(
                    type -> points.put(type.getAnnotation(ExtensionPoint.class).value(), type)));
    return points;
  }

  private static Class<?> load(String file) {
    String name = file.substring(0, file.length() - CLASS.length());
    try {
      return Class.forName(name.replace('/', '.'), false, ExtensionPoints.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the contracts lack " + name, e);
    }
  }
}
