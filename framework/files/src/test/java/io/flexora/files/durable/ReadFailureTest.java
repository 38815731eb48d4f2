package io.flexora.files.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadFailureTest {

  private static final Path PATH = Path.of("/a/b");

  @TempDir private Path folder;

  static Stream<Arguments> reasons() {
    return Stream.of(
        Arguments.of(new AccessDeniedException("/a/b"), "it may not be read by this user"),
        Arguments.of(new AccessDeniedException("/a/b/c"), "/a/b/c may not be read by this user"),
        Arguments.of(
            new UncheckedIOException(new AccessDeniedException("/a/b")),
            "it may not be read by this user"),
        Arguments.of(
            new FileSystemException("/a/b", null, "Input/output error"), "Input/output error"),
        Arguments.of(new FileSystemException("/a/b"), "FileSystemException"),
        Arguments.of(new ClosedByInterruptException(), "the thread was interrupted"),
        Arguments.of(new IOException("/a/b (Too many open files)"), "Too many open files"),
        Arguments.of(new IOException("line 2 is not UTF-8"), "line 2 is not UTF-8"),
        Arguments.of(new IOException(), "IOException"));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void aReasonIsToldOnceAndInWords(Exception cause, String reason) {
    assertThat(ReadFailure.reason(PATH, cause)).isEqualTo(reason);
  }

  @Test
  void aMessageNamesThePathOnce() throws IOException {
    assertThat(failure(folder)).isEqualTo(folder + " is a folder; a regular file is needed");
    Path missing = folder.resolve("missing");
    assertThat(failure(missing)).isEqualTo(missing + " does not exist");
    Path large = folder.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(3 << 20);
    }
    assertThat(failure(large)).isEqualTo(large + " has 3 MiB; at most 1 MiB are read");
    assertThat(ReadFailure.explain(PATH, new IOException("/a/b (Too many open files)")))
        .hasMessage("cannot read /a/b: Too many open files");
    assertThat(ReadFailure.explain(PATH, new AccessDeniedException("/a/b/c")))
        .hasMessage("cannot read /a/b: /a/b/c may not be read by this user");
  }

  private static String failure(Path path) {
    try {
      RegularFile.bytes(path, 1 << 20);
      throw new AssertionError(path + " was read");
    } catch (IOException e) {
      return ReadFailure.explain(path, e).getMessage();
    }
  }
}
