package io.flexora.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

  @TempDir private Path folder;

  @Test
  void aFolderThatTakesNoLibraryIsToldInOneSentence() throws Exception {
    Path gone = folder.resolve("gone");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-Djava.io.tmpdir=" + gone,
            "-cp",
            System.getProperty("java.class.path"),
            OpeningProcess.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader printed = process.inputReader()) {
      assertThat(printed.lines())
          .containsExactly(
              "the runs cannot be queried: DuckDB's library cannot be unpacked and loaded: cannot"
                  + " write "
                  + gone.resolve("libduckdb_java")
                  + ": the folder "
                  + gone
                  + " does not exist; create it first. Another folder for it can be named by"
                  + " FLEXORA_JAVA_OPTS=-Djava.io.tmpdir=DIR");
    }
    assertThat(process.waitFor()).isZero();
  }
}
