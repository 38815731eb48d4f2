package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {

  private static final List<String> TOOLS =
      List.of(
          "sh",
          "dirname",
          "readlink",
          "sed",
          "cat",
          "cksum",
          "tr",
          "mkdir",
          "mv",
          "rm",
          "find",
          "head",
          "grep",
          "stty",
          "cut");

  @TempDir Path folder;

  @Test
  void runsFromAnyFolder() throws Exception {
    assertThat(Shell.in(folder).run(Distribution.launcher(), "--version"))
        .satisfies(outcome -> assertThat(outcome.code()).as(outcome.err()).isZero())
        .satisfies(outcome -> assertThat(outcome.out()).startsWith("Flexora 0."));
  }

  @Test
  void followsAChainOfLinks() throws Exception {
    Path absolute = Files.createSymbolicLink(folder.resolve("absolute"), Distribution.launcher());
    Path relative = Files.createSymbolicLink(folder.resolve("flexora"), absolute.getFileName());

    assertThat(Shell.in(Path.of("/")).run(relative, "--version").out()).startsWith("Flexora 0.");
  }

  @Test
  void livesInAFolderWithBlanksInItsName() throws Exception {
    Path launcher = installation(folder.resolve("a place  with blanks"));

    assertThat(Shell.in(folder).run(launcher, "plugins").out()).contains("selector");
  }

  @Test
  void refusesAFolderThatNoClassPathCanHave() throws Exception {
    Path launcher = installation(folder.resolve("a:place"));

    Shell.Outcome outcome = Shell.in(folder).run(launcher, "plugins");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("a:place has a colon").hasLineCount(1);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void tellsThatTooFewFilesMayBeOpen() throws Exception {
    String script = "ulimit -n 64; exec \"$0\" plugins";

    Shell.Outcome outcome =
        Shell.in(folder).run(Path.of("/bin/sh"), "-c", script, Distribution.launcher().toString());
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("only 64 files may be open", "ulimit -n 1024")
        .hasLineCount(1);
  }

  @Test
  void passesArgumentsAsTheyAre() throws Exception {
    Shell.Outcome outcome =
        Shell.in(folder).run(Distribution.launcher(), "check", "no  such * 'file'");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("no  such * 'file'");
  }

  @Test
  void refusesAChosenPyTorchThatIsGoneUntilAnotherIsChosen() throws Exception {
    Path choice = folder.resolve("flexora/torch");
    Files.createDirectories(choice.getParent());
    Files.writeString(choice, "PYTORCH_LIBRARY_PATH=/nowhere/lib\nPYTORCH_VERSION=2.7.1\n");
    Shell shell = Shell.in(folder).with("XDG_CONFIG_HOME", folder.toString());

    Shell.Outcome outcome = shell.run(Distribution.launcher(), "plugins");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("is gone: /nowhere/lib", "flexora torch use default");
    assertThat(shell.run(Distribution.launcher(), "torch", "use", "default").code()).isZero();
    assertThat(choice).doesNotExist();
  }

  @Test
  void passesOnTheChosenPyTorch() throws Exception {
    Path library = Files.createDirectory(folder.resolve("a library"));
    Path choice = folder.resolve("flexora/torch");
    Files.createDirectories(choice.getParent());
    Files.writeString(
        choice,
        "PYTORCH_LIBRARY_PATH=%s\nPYTORCH_VERSION=2.7.1\nPYTORCH_FLAVOR=cu128\nruntime=%s\n"
            .formatted(library, library));
    Path java = java("17.0.1");
    Programs.write(
        java.resolve("bin/java"),
        "printf '%s\\n' \"$PYTORCH_LIBRARY_PATH\" $PYTORCH_VERSION $PYTORCH_FLAVOR"
            + " \"${FLEXORA_TORCH:-}\" \"$@\"");
    Shell shell =
        Shell.in(folder)
            .with("XDG_CONFIG_HOME", folder.toString())
            .with("JAVA_HOME", java.toString());

    assertThat(shell.run(Distribution.launcher(), "plugins").out().lines())
        .startsWith(library.toString(), "2.7.1", "cu128", choice.toString())
        .contains("-Djna.library.path=" + library);
    assertThat(
            shell
                .with("PYTORCH_LIBRARY_PATH", "/mine")
                .run(Distribution.launcher(), "plugins")
                .out())
        .startsWith("/mine\n")
        .doesNotContain("jna.library.path");
    assertThat(
            Shell.in(folder)
                .with("XDG_CONFIG_HOME", folder.toString())
                .with("JAVA_HOME", java.toString())
                .with("PYTORCH_VERSION", "2.5.1")
                .run(Distribution.launcher(), "plugins")
                .out())
        .contains("2.5.1\n")
        .doesNotContain("cu128", "jna.library.path");
  }

  @Test
  void saysWhatToDoWithoutJava() throws Exception {
    Shell.Outcome outcome = withoutJava().run(Distribution.launcher(), "plugins");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("no Java", "Install a JDK 17");
  }

  @Test
  void refusesAnOlderJava() throws Exception {
    Shell.Outcome outcome =
        Shell.in(folder)
            .with("JAVA_HOME", java("11.0.2").toString())
            .run(Distribution.launcher(), "plugins");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("Java 11.0.2", "needs 17");
  }

  @Test
  void refusesAJavaHomeThatHasNoJava() throws Exception {
    Shell.Outcome outcome =
        Shell.in(folder).with("JAVA_HOME", "/nowhere").run(Distribution.launcher(), "plugins");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("JAVA_HOME is /nowhere");
  }

  @Test
  void runsFromAFolderThatCannotBeWritten() throws Exception {
    Path launcher = installation(folder.resolve("installed"));
    Files.createFile(folder.resolve("installed/cache"));

    Shell.Outcome outcome =
        Shell.in(folder)
            .with("XDG_CACHE_HOME", folder.resolve("caches").toString())
            .run(launcher, "--version");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(folder.resolve("caches/flexora")).isNotEmptyDirectory();
  }

  @Test
  void withoutAHomeItKeepsWhatItMakesWhereNobodyElseCanWrite() throws Exception {
    Path launcher = installation(folder.resolve("installed"));
    Files.createFile(folder.resolve("installed/cache"));
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Shell homeless =
        Shell.in(folder)
            .with("HOME", "")
            .with("XDG_CACHE_HOME", "")
            .with("TMPDIR", temporary.toString());

    Shell.Outcome outcome = homeless.run(launcher, "--version");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    String[] made = temporary.toFile().list();
    assertThat(made).hasSize(1);
    Path own = temporary.resolve(made[0]);
    assertThat(own).isNotEmptyDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rwx------");

    Files.move(own, folder.resolve("moved"));
    Path others = Files.createDirectory(folder.resolve("others"));
    Files.createSymbolicLink(own, others);
    assertThat(homeless.run(launcher, "--version").code()).isZero();
    assertThat(others).isEmptyDirectory();
  }

  @Test
  void aLanguageWithDigitsOfItsOwnChangesNothing() throws Exception {
    Shell.Outcome usual = Shell.in(folder).run(Distribution.launcher(), "plugins");
    Shell.Outcome persian =
        Shell.in(folder)
            .with("FLEXORA_JAVA_OPTS", "-Duser.language=fa -Duser.country=IR")
            .run(Distribution.launcher(), "plugins");

    assertThat(persian.code()).as(persian.err()).isZero();
    assertThat(persian.out()).isEqualTo(usual.out());
  }

  /** Another place for the distribution: its own launcher, and links to the rest. */
  private static Path installation(Path home) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    for (String part : List.of("lib", "bundles", "plugins", "config")) {
      Files.createSymbolicLink(home.resolve(part), Distribution.HOME.resolve(part));
    }
    return Files.copy(Distribution.launcher(), home.resolve("bin/flexora"));
  }

  private Shell withoutJava() throws IOException {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : TOOLS) {
      for (String place : List.of("/bin", "/usr/bin")) {
        Path program = Path.of(place, tool);
        if (Files.isExecutable(program) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), program);
        }
      }
    }
    return Shell.in(folder).with("JAVA_HOME", "").with("PATH", tools.toString());
  }

  private Path java(String version) throws IOException {
    Path home = folder.resolve("java-" + version);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return Programs.write(home.resolve("bin/java"), "exit 9").getParent().getParent();
  }
}
