package io.flexora.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java file of the program.
 *
 * @param room the folder of its module, like {@code framework/api}
 * @param type the full name of its class
 */
record SourceFile(String room, String type, String text) {

  private static final String MAIN = "src/main/java";
  private static final Pattern NO_CODE =
      Pattern.compile(
          "\"\"\"[\\s\\S]*?\"\"\"|\"[^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+\"|'(?:\\\\.|[^'\\\\])'"
              + "|/\\*[\\s\\S]*?\\*/|//[^\\n]*+");
  private static final Pattern IMPORT = Pattern.compile("import (?:static )?([\\w.]+)");
  private static final Pattern NAME = Pattern.compile("(?<![\\w.])[A-Z]\\w*");
  private static final Pattern TYPE =
      Pattern.compile(
          "\\s*(?:@\\w+(?:\\([^()]*+(?:\\([^()]*+\\)[^()]*+)*+\\))?\\s*)*"
              + "(?:(?:public|protected|private|static|final|abstract|sealed|non-sealed)\\s+)*"
              + "(?:class|interface|enum|record|@interface)\\s+(\\w+)");

  /** The files of all modules, without descriptions of packages. */
  static List<SourceFile> all() {
    List<SourceFile> files = new ArrayList<>();
    for (String part : List.of("framework", "bundles", "plugins")) {
      for (Path room : listed(Distribution.SOURCES.resolve(part))) {
        Path root = room.resolve(MAIN);
        if (Files.isDirectory(root)) {
          try (Stream<Path> walk = Files.walk(root)) {
            walk.filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.endsWith("package-info.java"))
                .sorted()
                .map(file -> read(part + "/" + room.getFileName(), root, file))
                .forEach(files::add);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
    return files;
  }

  private static List<Path> listed(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SourceFile read(String room, Path root, Path file) {
    String path = root.relativize(file).toString();
    String type = path.substring(0, path.length() - ".java".length()).replace('/', '.');
    try {
      return new SourceFile(room, type, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String packageName() {
    return type.substring(0, type.lastIndexOf('.'));
  }

  /**
   * The classes among {@code known} that the code names. Constants are among them, which compiled
   * code has copied.
   */
  Set<String> names(Set<String> known) {
    String code = NO_CODE.matcher(text).replaceAll("\"\"");
    Map<String, String> imported = new HashMap<>();
    IMPORT
        .matcher(code)
        .results()
        .map(match -> known(match.group(1), known))
        .forEach(name -> imported.put(name.substring(name.lastIndexOf('.') + 1), name));
    Set<String> names = new TreeSet<>();
    NAME.matcher(code)
        .results()
        .map(match -> imported.getOrDefault(match.group(), packageName() + "." + match.group()))
        .filter(known::contains)
        .filter(name -> !name.equals(type))
        .forEach(names::add);
    imported.values().stream().filter(known::contains).forEach(names::add);
    return names;
  }

  /** The class of an import, which may name a member. */
  private static String known(String imported, Set<String> known) {
    String name = imported;
    while (!known.contains(name) && name.contains(".")) {
      name = name.substring(0, name.lastIndexOf('.'));
    }
    return known.contains(name) ? name : imported;
  }

  /** The descriptions of its types, by the names of these. */
  Map<String, String> descriptions() {
    Map<String, String> descriptions = new HashMap<>();
    int from = text.indexOf("/**");
    while (from >= 0) {
      int to = text.indexOf("*/", from);
      Matcher described = TYPE.matcher(text).region(to + 2, text.length());
      if (described.lookingAt()) {
        String words = text.substring(from + 3, to).replaceAll("\\s*\\n\\s*\\*?\\s*", " ").strip();
        descriptions.put(described.group(1), words);
      }
      from = text.indexOf("/**", to);
    }
    return descriptions;
  }
}
