package io.flexora.files.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script of a job as a shell runs it. */
@DisabledOnOs(OS.WINDOWS)
class JobScriptTest {

  @TempDir Path folder;

  /** Runs the script of an attempt, and returns its exit code. */
  private int run(Path attempt, Path workingFolder) throws Exception {
    new JobScript(Optional.empty(), Optional.of("echo"), 1)
        .write(
            new CellAttempt(
                new Cell("cell", folder),
                1,
                attempt,
                workingFolder,
                Optional.empty(),
                List.of("a word's"),
                Map.of()));
    Process shell =
        new ProcessBuilder("sh", attempt.resolve("job.sh").toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("printed").toFile())
            .start();
    assertThat(shell.waitFor(10, TimeUnit.MINUTES)).isTrue();
    return shell.exitValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b", "$(touch executed)", "`touch executed`", "it's $HOME", "a\\nb"})
  void aFolderThatIsNotThereIsNamedAsItIsWritten(String name) throws Exception {
    Path attempt = Files.createDirectory(folder.resolve("attempt"));

    assertThat(run(attempt, folder.resolve(name))).isEqualTo(2);

    assertThat(attempt.resolve("exit-code")).hasContent("2");
    assertThat(Files.readString(attempt.resolve("process.log")))
        .startsWith("error: the folder " + folder.resolve(name) + " is not there on ");
    assertThat(folder.resolve("executed")).doesNotExist();
  }

  @Test
  void theProcessRunsInItsFolderAndItsExitCodeIsWritten() throws Exception {
    Path attempt = Files.createDirectory(folder.resolve("an \"attempt\""));

    assertThat(run(attempt, Files.createDirectory(folder.resolve("a\"b")))).isZero();

    assertThat(attempt.resolve("exit-code")).hasContent("0");
    assertThat(Files.readString(attempt.resolve("process.log"))).startsWith("a word's --parent ");
  }

  @Test
  void nobodyElseReadsTheScript() throws Exception {
    Path attempt = Files.createDirectory(folder.resolve("private"));
    run(attempt, folder);

    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(attempt.resolve("job.sh"))))
        .isEqualTo("rw-------");
  }
}
