package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.report.Report;
import io.flexora.api.report.RunRecord;
import io.flexora.api.run.FlexoraException;
import io.flexora.testkit.fixture.RecordedRun;
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
 * Checks a report on the record of a small run, and on records that are empty or hostile.
 *
 * @since 0.1
 */
public abstract class ReportSuite extends ExtensionSuite<Report> {

  private static final String HOSTILE =
      "<script>alert('x')</script>\"><img src=x onerror=alert(1)>";
  // What a browser loads by itself; a link that a reader may follow is none of it.
  private static final Pattern REQUEST =
      Pattern.compile(
          "<(?:script|img|iframe|link|source|video|audio|object|embed|base)\\b[^>]*"
              + "\\b(?:src|href|data|srcset)\\s*=\\s*[\"']?\\s*(?:https?:)?//[^\"'\\s>]+"
              + "|url\\(\\s*[\"']?\\s*(?:https?:)?//[^)]+\\)"
              + "|@import\\s+[\"'](?:https?:)?//[^\"']+",
          Pattern.CASE_INSENSITIVE);

  @TempDir Path folder;

  /** For subclasses. */
  protected ReportSuite() {
    super(Report.class);
  }

  @Test
  void writesAFileOfTheRun() throws IOException {
    Path run = run("whole");
    Path file = extension().write(RecordedRun.of(run, "plum-run"));
    assertThat(file).as("what %s wrote", name()).isRegularFile().isNotEmptyFile();
    assertThat(file).as("where %s wrote", name()).startsWith(run);
  }

  @Test
  void writesTheSameForTheSameRecord() throws IOException {
    RunRecord record = RecordedRun.of(run("same"), "plum-run");
    byte[] first = Files.readAllBytes(extension().write(record));
    assertThat(Files.readAllBytes(extension().write(record)))
        .as("what %s wrote of the same record again; no time, no random numbers", name())
        .isEqualTo(first);
  }

  @Test
  void replacesAnEarlierReportWholly() throws IOException {
    Path run = run("replaced");
    Path file = extension().write(RecordedRun.of(run, "plum"));
    byte[] expected = Files.readAllBytes(file);
    extension().write(RecordedRun.of(run, "a-run-with-a-rather-long-name"));
    assertThat(Files.readAllBytes(extension().write(RecordedRun.of(run, "plum"))))
        .as("what %s wrote over a longer report", name())
        .isEqualTo(expected);
  }

  @Test
  void leavesNoOtherFile() throws IOException {
    Path run = run("alone");
    Path file = extension().write(RecordedRun.of(run, "plum-run"));
    assertThat(files(run))
        .as("files beside the report of %s: temporary ones are to be removed", name())
        .allMatch(f -> f.equals(file) || !isTemporary(f));
  }

  private static boolean isTemporary(Path file) {
    return file.getFileName().toString().matches("(?i).*(\\.tmp|\\.part|\\.temp|~)$|^\\..*");
  }

  @Test
  void asksNoOtherHostForAnything() throws IOException {
    String text = text(extension().write(RecordedRun.of(run("offline"), "plum-run")));
    assertThat(REQUEST.matcher(text).results().map(MatchResult::group))
        .as("what a reader's browser would load from elsewhere for %s", name())
        .isEmpty();
  }

  @Test
  void escapesWhatTheRecordSays() throws IOException {
    Path file = extension().write(RecordedRun.of(run("hostile"), HOSTILE));
    if (file.getFileName().toString().matches("(?i).*\\.(html?|svg|xml)")) {
      assertThat(text(file))
          .as("the report of %s on a run named %s", name(), HOSTILE)
          .doesNotContain("<script>alert(")
          .doesNotContain("<img src=x");
    }
  }

  @Test
  void showsARunOfWhichLittleIsKnownOrSaysWhyItCannot() throws IOException {
    Path run = run("little");
    try {
      assertThat(extension().write(RecordedRun.empty(run, "little"))).isRegularFile();
    } catch (FlexoraException | IOException e) {
      assertThat(files(run)).as("files left by %s after it failed", name()).isEmpty();
    }
  }

  @Test
  void leavesTheOldReportOrNothingWhereItCannotWrite() throws IOException {
    Path run = run("blocked");
    Path file = extension().write(RecordedRun.of(run, "plum-run"));
    Files.delete(file);
    List<Path> before = files(run);
    Files.createDirectories(file.resolve("in the way"));
    try {
      extension().write(RecordedRun.of(run, "plum-run"));
      throw new AssertionError(name() + " says that it wrote where a folder is in the way");
    } catch (FlexoraException | IOException | UncheckedIOException e) {
      assertThat(files(run)).as("files of the run after %s has failed", name()).isEqualTo(before);
    }
  }

  private Path run(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
