package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a source tree, with a Maven that copies the distribution and notes each call. */
class SourceCheckoutTest {

  @TempDir Path folder;

  private Path sources;
  private Path source;
  private Path calls;
  private Shell shell;

  @BeforeEach
  void makeATree() throws IOException {
    sources = folder.resolve("a checkout");
    source = sources.resolve("framework/host/src/main/java/Host.java");
    calls = folder.resolve("calls");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "class Host {}");
    Files.createDirectories(sources.resolve("distribution/bin"));
    for (String part : List.of("bundles", "plugins", "config")) {
      Files.createDirectory(sources.resolve(part));
    }
    Files.writeString(sources.resolve("pom.xml"), "<project/>");
    Files.writeString(sources.resolve("distribution/pom.xml"), "<project/>");
    Files.copy(Distribution.launcher(), launcher());
    withoutArchive();
    settle();
    shell =
        Shell.in(folder)
            .with("PATH", folder.resolve("tools") + ":" + System.getenv("PATH"))
            .with("XDG_CACHE_HOME", sources.resolve("pom.xml").toString());
    maven(
        """
        echo "$@" >> '%s'
        mkdir -p distribution/target/flexora
        ln -sfn '%s/lib' distribution/target/flexora/lib
        """
            .formatted(calls, Distribution.HOME));
  }

  /** An archive of classes for each tree takes longer than all commands that use it. */
  private void withoutArchive() throws IOException {
    Path home = Files.createDirectories(sources.resolve("distribution/target/flexora"));
    Files.writeString(home.resolve("cache"), "a file where the folder would be");
  }

  @Test
  void buildsOnceAndThenRuns() throws Exception {
    Files.delete(sources.resolve("distribution/target/flexora/cache"));
    Shell.Outcome first = shell.run(launcher(), "--version");
    Shell.Outcome second = shell.run(launcher(), "--version");

    assertThat(first.err()).contains("nothing is built yet", "build.log");
    assertThat(first.out()).startsWith("Flexora 0.");
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(calls).content().hasLineCount(1).contains("-pl distribution -am install");
  }

  @Test
  void buildsAgainWhenASourceHasChanged() throws Exception {
    shell.run(launcher(), "--version");
    Files.writeString(source, "class Host { }");

    assertThat(shell.run(launcher(), "--version").err())
        .contains("framework/host/src/main/java/Host.java has changed");
    assertThat(shell.run(launcher(), "--version").err()).isEmpty();
    assertThat(calls).content().hasLineCount(2);
  }

  @Test
  void buildsAgainWhenASourceIsNewOrGone() throws Exception {
    shell.run(launcher(), "--version");
    Path added = Files.writeString(source.resolveSibling("More.java"), "class More {}");

    assertThat(shell.run(launcher(), "--version").err()).contains("More.java has changed");
    Files.delete(added);
    assertThat(shell.run(launcher(), "--version").err()).contains("More.java has changed");
  }

  @Test
  void doesNotBuildForATimeStamp() throws Exception {
    shell.run(launcher(), "--version");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));

    assertThat(shell.run(launcher(), "--version").err()).isEmpty();
  }

  @Test
  void doesNotBuildInACopyOfTheCheckout() throws Exception {
    shell.run(launcher(), "--version");
    Path copy = folder.resolve("a copy");
    Shell.Outcome copied =
        Shell.in(folder).run(Path.of("/bin/cp"), "-r", sources.toString(), copy.toString());
    assertThat(copied.code()).as(copied.err()).isZero();

    assertThat(shell.run(copy.resolve("distribution/bin/flexora"), "--version"))
        .satisfies(outcome -> assertThat(outcome.err()).isEmpty())
        .satisfies(outcome -> assertThat(outcome.out()).startsWith("Flexora 0."));
  }

  @Test
  void buildsTheModuleOfAChangedFileAndNoOther() throws Exception {
    Path bundle = sources.resolve("bundles/one/src/main/java/One.java");
    Files.createDirectories(bundle.getParent());
    Files.writeString(bundle, "class One {}");
    Files.writeString(
        sources.resolve("bundles/one/pom.xml"), "<artifactId>flexora-one</artifactId>");
    maven(installing("bundles/one", "flexora-one"));
    shell.run(launcher(), "--version");
    Path installed = sources.resolve("distribution/target/flexora/bundles/flexora-one.jar");
    assertThat(installed).content().isEqualTo("jar of build 1\n");

    Files.writeString(bundle, "class One { }");
    Shell.Outcome outcome = shell.run(launcher(), "--version");

    assertThat(outcome.err()).contains("One.java has changed: building bundles/one with mvn");
    assertThat(calls).content().hasLineCount(2);
    assertThat(Files.readAllLines(calls).get(1))
        .contains("-pl bundles/one install")
        .doesNotContain("-am");
    assertThat(installed).content().isEqualTo("jar of build 2\n");
    assertThat(shell.run(launcher(), "--version").err()).isEmpty();
  }

  @Test
  void buildsWhatUsesAChangedBundle() throws Exception {
    Path bundle = sources.resolve("bundles/one/bnd.bnd");
    Files.createDirectories(bundle.getParent());
    Files.writeString(bundle, "Bundle-Name: one");
    Files.writeString(
        sources.resolve("bundles/one/pom.xml"), "<artifactId>flexora-one</artifactId>");
    Path other = Files.createDirectories(sources.resolve("bundles/two")).resolve("pom.xml");
    Files.writeString(other, "<artifactId>flexora-one</artifactId>");
    maven(installing("bundles/one", "flexora-one"));
    shell.run(launcher(), "--version");

    Files.writeString(bundle, "Bundle-Name: other");
    shell.run(launcher(), "--version");

    assertThat(Files.readAllLines(calls)).hasSize(3);
    assertThat(Files.readAllLines(calls).get(2))
        .contains("-pl bundles/one,!distribution -amd install");
  }

  @Test
  void copiesAChangedConfigurationWithoutABuild() throws Exception {
    Path config = Files.writeString(sources.resolve("config/a.yaml"), "a: 1");
    maven(installing("bundles/one", "flexora-one"));
    shell.run(launcher(), "--version");

    Files.writeString(config, "a: 2");

    assertThat(shell.run(launcher(), "--version").out()).startsWith("Flexora 0.");
    assertThat(calls).content().hasLineCount(1);
    assertThat(sources.resolve("distribution/target/flexora/config/a.yaml"))
        .content()
        .isEqualTo("a: 2");
  }

  @Test
  void buildsAllForAChangedProjectFile() throws Exception {
    maven(installing("bundles/one", "flexora-one"));
    shell.run(launcher(), "--version");
    Files.writeString(sources.resolve("pom.xml"), "<project></project>");
    shell.run(launcher(), "--version");

    assertThat(Files.readAllLines(calls).get(1)).contains("-pl distribution -am install");
  }

  /** A Maven that makes and installs the jar of one module; it tells which build it is of. */
  private String installing(String module, String artifact) {
    return """
        echo "$@" >> '%1$s'
        mkdir -p distribution/target/flexora/bundles %2$s/target
        [ -e distribution/target/flexora/lib ] || ln -sfn '%4$s/lib' distribution/target/flexora/lib
        repository=$(printf '%%s\n' "$@" | sed -n 's/-Dmaven.repo.local=//p')/io/flexora
        mkdir -p "$repository/flexora-distribution" "$repository/%3$s/1.0"
        jar=%2$s/target/%3$s-1.0.jar
        echo "jar of build $(wc -l < '%1$s' | tr -d ' ')" > $jar
        cp $jar "$repository/%3$s/1.0/"
        case $* in *'-pl distribution'*) cp $jar distribution/target/flexora/bundles/%3$s.jar ;; esac
        """
        .formatted(calls, module, artifact, Distribution.HOME);
  }

  @Test
  void doesNotBuildForATest() throws Exception {
    shell.run(launcher(), "--version");
    Path test = sources.resolve("framework/host/src/test/java/HostTest.java");
    Files.createDirectories(test.getParent());
    Files.writeString(test, "class HostTest {}");
    Files.setLastModifiedTime(test, FileTime.from(Instant.now().plusSeconds(5)));

    assertThat(shell.run(launcher(), "--version").err()).isEmpty();
  }

  @Test
  void runsWhatIsBuiltIfAskedTo() throws Exception {
    shell.run(launcher(), "--version");
    Files.writeString(source, "class Host { }");

    assertThat(shell.with("FLEXORA_NO_BUILD", "1").run(launcher(), "--version").err()).isEmpty();
  }

  @Test
  void showsWhyABuildFailedAndTriesAgain() throws Exception {
    maven("echo '[INFO] compiling'; echo '[ERROR] Host.java: missing semicolon'; exit 1");

    Shell.Outcome failed = shell.run(launcher(), "--version");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).contains("missing semicolon", "build.log").doesNotContain("compiling");
    assertThat(shell.run(launcher(), "--version").code()).isEqualTo(1);
  }

  @Test
  void takesOverTheLockOfABuildThatWasKilled() throws Exception {
    Path lock = sources.resolve("distribution/target/.build-lock");
    Files.createDirectories(lock);
    Files.writeString(lock.resolve("pid"), "999999999");

    assertThat(shell.run(launcher(), "--version").out()).startsWith("Flexora 0.");
  }

  @Test
  void usesTheWrapperWithoutMaven() throws Exception {
    Files.move(folder.resolve("tools/mvn"), sources.resolve("mvnw"));
    Path tools = Files.createDirectories(folder.resolve("no-maven"));
    for (String place : List.of("/bin", "/usr/bin")) {
      try (var programs = Files.list(Path.of(place))) {
        for (Path program : programs.toList()) {
          Path link = tools.resolve(program.getFileName());
          if (!program.endsWith("mvn") && !Files.exists(link)) {
            Files.createSymbolicLink(link, program);
          }
        }
      }
    }

    Shell.Outcome outcome =
        shell
            .with("PATH", tools.toString())
            .with("JAVA_HOME", System.getProperty("java.home"))
            .run(launcher(), "--version");

    assertThat(outcome.err()).contains("building with mvnw");
    assertThat(outcome.out()).startsWith("Flexora 0.");
  }

  private Path launcher() {
    return sources.resolve("distribution/bin/flexora");
  }

  private void maven(String script) throws IOException {
    Programs.write(folder.resolve("tools/mvn"), script);
  }

  /** Makes all sources older than the build that follows. */
  private void settle() throws IOException {
    FileTime before = FileTime.from(Instant.now().minusSeconds(60));
    try (var files = Files.walk(sources)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, before);
      }
    }
  }
}
