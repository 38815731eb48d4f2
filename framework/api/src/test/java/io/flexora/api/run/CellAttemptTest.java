package io.flexora.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class CellAttemptTest {

  private static final Path HOME = Path.of("/home/ann/flexora");

  private static CellAttempt attempt(Optional<Path> home, String runs, String... words) {
    Path folder = Path.of(runs, "r/cells/c/attempts/1");
    return new CellAttempt(
        new Cell("c", Path.of(runs, "r/cells/c")),
        1,
        folder,
        Path.of("/home/ann"),
        home,
        List.of(words),
        Map.of());
  }

  private static List<String> moved(String runs, String... words) {
    return attempt(Optional.of(HOME), runs, words).installedIn(Path.of("/opt/$flexora")).words();
  }

  @Test
  void thePathsOfTheInstallationAreThoseOfTheOtherOne() {
    assertThat(
            moved(
                "/scratch/runs",
                "-Dflexora.home=/home/ann/flexora",
                "-Dlogback.configurationFile=file:///home/ann/flexora/log.xml",
                "-cp",
                "/home/ann/flexora/lib/a.jar:/home/ann/flexora/lib/b.jar",
                "--bundles",
                "/home/ann/flexora/bundles"))
        .containsExactly(
            "-Dflexora.home=/opt/$flexora",
            "-Dlogback.configurationFile=file:///opt/$flexora/log.xml",
            "-cp",
            "/opt/$flexora/lib/a.jar:/opt/$flexora/lib/b.jar",
            "--bundles",
            "/opt/$flexora/bundles");
  }

  @Test
  void theFolderOfTheTryIsTheSameWithinTheInstallation() {
    String folder = "/home/ann/flexora/runs/r/cells/c/attempts/1";

    assertThat(
            moved(
                "/home/ann/flexora/runs",
                "-XX:ErrorFile=" + folder + "/run/hs_err_pid%p.log",
                folder,
                folder + "/inputs.json",
                folder + "1"))
        .containsExactly(
            "-XX:ErrorFile=" + folder + "/run/hs_err_pid%p.log",
            folder,
            folder + "/inputs.json",
            "/opt/$flexora/runs/r/cells/c/attempts/11");
  }

  @Test
  void aFolderWhoseNameBeginsOrEndsAlikeIsAnother() {
    List<String> words =
        List.of(
            "-XX:ErrorFile=/home/ann/flexora-runs/r/hs_err_pid%p.log",
            "/home/ann/flexora-runs/r", "/home/ann/flexora2:/mnt/home/ann/flexora/lib");

    assertThat(moved("/home/ann/flexora-runs", words.toArray(String[]::new))).isEqualTo(words);
  }

  @Test
  void anInstallationOfWhichTheFolderIsNotKnownCannotBeMoved() {
    CellAttempt attempt = attempt(Optional.empty(), "/scratch/runs", "-cp", "/lib");

    assertThatThrownBy(() -> attempt.installedIn(HOME))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("it is not known where Flexora is installed here");
  }
}
