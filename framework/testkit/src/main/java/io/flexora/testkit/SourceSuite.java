package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.source.Source;
import io.flexora.testkit.fixture.RecordingMonitor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks a source on a file that it can bring, and on one that is not there.
 *
 * @since 0.1
 */
public abstract class SourceSuite extends ExtensionSuite<Source> {

  /** For subclasses. */
  protected SourceSuite() {
    super(Source.class);
  }

  /** The location, without its scheme, of a file that is there. */
  protected abstract String existing() throws IOException;

  /** The content of that file. */
  protected abstract byte[] content() throws IOException;

  /** A location, without its scheme, of a file that is not there. */
  protected abstract String missing() throws IOException;

  /** The folder that files are brought to, to look for what is left there; if there is one. */
  protected Optional<Path> storage() {
    return Optional.empty();
  }

  @Test
  void bringsTheWholeFile() throws IOException {
    String location = existing();
    Path file = extension().fetch(location, monitor());
    assertThat(file).as("what %s brings of %s", name(), location).isReadable();
    assertThat(Files.readAllBytes(file))
        .as("content that %s brings of %s", name(), location)
        .isEqualTo(content());
  }

  @Test
  void bringsTheSameFileAgain() throws IOException {
    String location = existing();
    Path first = extension().fetch(location, monitor());
    assertThat(extension().fetch(location, monitor()))
        .as("second path of %s for %s", name(), location)
        .isEqualTo(first);
    assertThat(Files.readAllBytes(first))
        .as("content that %s brings of %s the second time", name(), location)
        .isEqualTo(content());
  }

  @Test
  void saysWhatIsNotThere() throws IOException {
    String word = lastWord(missing());
    Exception failure = failure(missing());
    assertThat(failure)
        .as("failure of %s for %s, which is not there", name(), missing())
        .isInstanceOf(FileNotFoundException.class);
    assertThat(failure.getMessage()).as("message of that failure").contains(word);
  }

  @Test
  void leavesNothingHalfDone() throws IOException {
    extension().fetch(existing(), monitor());
    List<Path> before = stored();
    failure(missing());
    assertThat(stored()).as("files left by %s after a failure", name()).isEqualTo(before);
  }

  @Test
  void refusesAMalformedLocation() {
    assertThat(failure(" "))
        .as("failure of %s for an empty location", name())
        .isInstanceOfAny(IOException.class, FlexoraException.class);
  }

  private Exception failure(String location) {
    try {
      Path file = extension().fetch(location, monitor());
      throw new AssertionError(
          "%s brings %s for '%s', which is not there".formatted(name(), file, location));
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }

  private static String lastWord(String location) {
    return location.replaceFirst(".*[/:!\\\\]", "");
  }

  private List<Path> stored() throws IOException {
    if (storage().isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(storage().get())) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Monitor monitor() {
    return new RecordingMonitor();
  }
}
