package io.flexora.cli.scaffold;

import io.flexora.api.plugin.ExtensionPoint;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The extension points of the contracts, found by their annotation.
 *
 * @since 0.1
 */
public final class ExtensionPoints {

  private static final String PACKAGE = "io/flexora/api/";
  private static final String CLASS = ".class";

  private ExtensionPoints() {}

  /** The interface of each extension point, by its kind. */
  public static SortedMap<String, Class<?>> all() {
    SortedMap<String, Class<?>> points = new TreeMap<>();
    CodeSource.in(ExtensionPoint.class, root -> CodeSource.files(root.resolve(PACKAGE))).stream()
        .filter(file -> file.endsWith(CLASS))
        .map(ExtensionPoints::load)
        .filter(type -> type.isAnnotationPresent(ExtensionPoint.class))
        .forEach(type -> points.put(type.getAnnotation(ExtensionPoint.class).value(), type));
    return points;
  }

  private static Class<?> load(String file) {
    String name = PACKAGE + file.substring(0, file.length() - CLASS.length());
    try {
      return Class.forName(name.replace('/', '.'), false, ExtensionPoints.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the contracts lack " + name, e);
    }
  }
}
