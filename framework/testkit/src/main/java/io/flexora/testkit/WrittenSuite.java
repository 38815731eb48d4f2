package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The checks of every report, whatever it is about: one file, in the folder it is for, whole or not
 * at all, always the same, that loads nothing and runs nothing of what it tells.
 *
 * @param <T> the kind of report
 * @since 0.1
 */
public abstract class WrittenSuite<T> extends ExtensionSuite<T> {

  /** A name that tries to become part of a page. */
  static final String HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>";

  // What a browser loads by itself; a link that a reader may follow is none of it.
  private static final Pattern REQUEST =
      Pattern.compile(
          "<(?:script|img|iframe|link|source|video|audio|object|embed|base)\\b[^>]*"
              + "\\b(?:src|href|data|srcset)\\s*=\\s*[\"']?\\s*(?:https?:)?//[^\"'\\s>]+"
              + "|url\\(\\s*[\"']?\\s*(?:https?:)?//[^)]+\\)"
              + "|@import\\s+[\"'](?:https?:)?//[^\"']+",
          Pattern.CASE_INSENSITIVE);

  @TempDir Path folder;

  WrittenSuite(Class<T> point) {
    super(point);
  }

  /** Reports on what has that name, in that folder. */
  abstract Path write(Path target, String name) throws IOException;

  /** Reports on what nothing but a name is known of. */
  abstract Path writeOfLittle(Path target, String name) throws IOException;

  @Test
  void writesAFileIntoTheFolder() throws IOException {
    Path target = target("whole");
    Path file = write(target, "plum");
    assertThat(file).as("what %s wrote", name()).isRegularFile().isNotEmptyFile();
    assertThat(file).as("where %s wrote", name()).startsWith(target);
  }

  @Test
  void writesTheSameForTheSameRecord() throws IOException {
    Path target = target("same");
    byte[] first = Files.readAllBytes(write(target, "plum"));
    assertThat(Files.readAllBytes(write(target, "plum")))
        .as("what %s wrote of the same record again; no time, no random numbers", name())
        .isEqualTo(first);
  }

  @Test
  void replacesAnEarlierReportWholly() throws IOException {
    Path target = target("replaced");
    byte[] expected = Files.readAllBytes(write(target, "plum"));
    write(target, "something-with-a-rather-long-name");
    assertThat(Files.readAllBytes(write(target, "plum")))
        .as("what %s wrote over a longer report", name())
        .isEqualTo(expected);
  }

  @Test
  void leavesNoOtherFile() throws IOException {
    Path target = target("alone");
    Path file = write(target, "plum");
    assertThat(files(target))
        .as("files beside the report of %s: temporary ones are to be removed", name())
        .allMatch(f -> f.equals(file) || !isTemporary(f));
  }

  private static boolean isTemporary(Path file) {
    return file.getFileName().toString().matches("(?i).*(\\.tmp|\\.part|\\.temp|~)$|^\\..*");
  }

  @Test
  void asksNoOtherHostForAnything() throws IOException {
    assertThat(
            REQUEST
                .matcher(text(write(target("offline"), "plum")))
                .results()
                .map(MatchResult::group))
        .as("what a reader's browser would load from elsewhere for %s", name())
        .isEmpty();
  }

  @Test
  void escapesWhatTheRecordSays() throws IOException {
    Path file = write(target("hostile"), HOSTILE);
    if (file.getFileName().toString().matches("(?i).*\\.(html?|svg|xml)")) {
      assertThat(text(file))
          .as("what %s wrote of what is named %s", name(), HOSTILE)
          .doesNotContain("<script>alert(")
          .doesNotContain("<img src=x");
    }
  }

  @Test
  void showsWhatLittleIsKnownOfOrSaysWhyItCannot() throws IOException {
    Path target = target("little");
    try {
      assertThat(writeOfLittle(target, "little")).isRegularFile();
    } catch (FlexoraException | IOException e) {
      assertThat(files(target)).as("files left by %s after it failed", name()).isEmpty();
    }
  }

  @Test
  void leavesTheOldReportOrNothingWhereItCannotWrite() throws IOException {
    Path target = target("blocked");
    Path file = write(target, "plum");
    Files.delete(file);
    List<Path> before = files(target);
    Files.createDirectories(file.resolve("in the way"));
    try {
      write(target, "plum");
      throw new AssertionError(name() + " says that it wrote where a folder is in the way");
    } catch (FlexoraException | IOException | UncheckedIOException e) {
      assertThat(files(target)).as("files after %s has failed", name()).isEqualTo(before);
    }
  }

  final Path target(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static List<Path> files(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(target)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
