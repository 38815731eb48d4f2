package io.flexora.distribution;

import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.config.option.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/**
 * The words of the contracts: extension points, components of records and constants of enums, as
 * YAML and JSON spell them.
 */
final class ContractWords {

  private ContractWords() {}

  /** The words of the modules whose jars have names that match. */
  static Set<String> of(Pattern jars) {
    Set<String> words = new TreeSet<>();
    for (Path jar : Distribution.framework()) {
      if (jars.matcher(jar.getFileName().toString()).matches()) {
        try (JarFile file = new JarFile(jar.toFile())) {
          file.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
              .forEach(name -> add(words, type(name)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return words;
  }

  private static void add(Set<String> words, Class<?> type) {
    ExtensionPoint point = type.getAnnotation(ExtensionPoint.class);
    if (point != null) {
      words.add(point.value());
    }
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        words.add(Words.snakeCase(component.getName()));
      }
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        words.add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT));
      }
    }
  }

  private static Class<?> type(String entry) {
    try {
      return Class.forName(entry.replaceFirst("\\.class$", "").replace('/', '.'));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
