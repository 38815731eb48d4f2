package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What plugins are written with, seen on its sources. */
class ExportedTypesTest {

  private static final int TYPES_AT_LEAST = 300;
  private static final String PACKAGE = "package-info.java";
  private static final Pattern PUBLIC = Pattern.compile("^public ", Pattern.MULTILINE);

  @Test
  void everyExportedTypeSaysSinceWhenItIsThere() throws IOException {
    List<Path> types;
    try (Stream<Path> rooms = Files.list(Distribution.SOURCES.resolve("framework"))) {
      types =
          rooms
              .map(room -> room.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .flatMap(sources -> files(sources, Integer.MAX_VALUE))
              .filter(file -> file.endsWith(PACKAGE) && text(file).contains("@Export\n"))
              .flatMap(file -> files(file.getParent(), 1))
              .filter(file -> !file.endsWith(PACKAGE) && PUBLIC.matcher(text(file)).find())
              .toList();
    }

    assertThat(types)
        .hasSizeGreaterThan(TYPES_AT_LEAST)
        .allSatisfy(file -> assertThat(comment(text(file))).contains("\n * @since "));
  }

  /** What stands before the type: its imports and its own comment. */
  private static String comment(String source) {
    Matcher type = PUBLIC.matcher(source);
    return type.find() ? source.substring(0, type.start()) : "";
  }

  private static Stream<Path> files(Path folder, int depth) {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
