package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host that watches its plugins' folder. */
@Timeout(60)
class PluginsFolderTest {

  private static final Duration POLL = Duration.ofMillis(50);

  private final HostFolder folder;
  private final Path file;

  PluginsFolderTest(@TempDir Path root) {
    folder = new HostFolder(root);
    file = folder.plugins().resolve("p.jar");
  }

  private static byte[] jar(String version) {
    return PluginJar.selector("p", version, "s").bytes();
  }

  /** Waits until the folder's only plugin looks as expected; the test's time limit ends it. */
  private static PluginStatus await(PluginHost host, Predicate<PluginStatus> expected)
      throws InterruptedException {
    while (true) {
      if (host.plugins().size() == 1 && expected.test(host.plugins().get(0))) {
        return host.plugins().get(0);
      }
      Thread.sleep(10);
    }
  }

  private static Predicate<PluginStatus> active(String version) {
    return status -> status.state() == PluginState.ACTIVE && status.version().equals(version);
  }

  @Test
  void aJarThatIsDroppedInIsTakenUpChangedAndRemoved() throws Exception {
    try (PluginHost host = folder.start(POLL)) {
      Files.createDirectories(folder.plugins());
      Files.write(file, jar("1.0.0"));
      await(host, active("1.0.0"));
      Files.write(file, jar("1.1.0.longer"));
      await(host, active("1.1.0.longer"));
      Files.delete(file);
      while (!host.plugins().isEmpty() || !host.catalog().extensions().isEmpty()) {
        Thread.sleep(10);
      }
    }
  }

  @Test
  void closingWaitsForAChangeThatIsUnderWay() throws Exception {
    byte[] bytes = jar("1.0.0");
    for (int round = 0; round < 10; round++) {
      Files.createDirectories(folder.plugins());
      Files.write(file, bytes);
      try (PluginHost host = folder.start(POLL)) {
        Files.delete(file);
        while (!host.plugins().isEmpty()) {
          Thread.onSpinWait();
        }
      }
      assertThat(folder.cache()).isEmptyDirectory();
    }
  }

  @Test
  void aJarThatIsCopiedSlowlyIsNotTouchedBeforeItIsWhole() throws Exception {
    byte[] bytes = jar("1.0.0");
    Files.createDirectories(folder.plugins());
    try (PluginHost host = folder.start(POLL)) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      String cause =
          "the end of the zip is missing (%,d bytes so far): still being copied, or cut off"
              .formatted(bytes.length / 2);
      PluginStatus half = await(host, status -> status.cause().equals(cause));
      assertThat(half.state()).isEqualTo(PluginState.INCOMPLETE);
      Files.write(
          file,
          Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length),
          StandardOpenOption.APPEND);
      await(host, active("1.0.0"));
    }
  }

  @Test
  void aTornJarAtTheStartIsIncompleteAndTheOthersRun() throws IOException {
    byte[] bytes = jar("1.0.0");
    for (int cut : new int[] {0, 3, 100, bytes.length / 2, bytes.length - 1}) {
      Files.createDirectories(folder.plugins());
      Files.write(folder.plugins().resolve("cut.jar"), Arrays.copyOf(bytes, cut));
      PluginJar.selector("good", "1.0.0", "t").writeTo(folder.plugins().resolve("good.jar"));
      try (PluginHost host = folder.start()) {
        assertThat(HostFolder.status(host, "cut.jar").state()).isEqualTo(PluginState.INCOMPLETE);
        assertThat(HostFolder.status(host, "good").state()).isEqualTo(PluginState.ACTIVE);
      }
    }
  }

  @Test
  void aHalfWrittenUpdateLetsTheOldOneRunOn() throws Exception {
    byte[] update = jar("1.1.0.longer");
    Files.createDirectories(folder.plugins());
    Files.write(file, jar("1.0.0"));
    try (PluginHost host = folder.start(POLL)) {
      Files.write(file, Arrays.copyOf(update, update.length / 2));
      String cause =
          "1.0.0 runs on, since its update is not usable: the end of the zip is missing (%,d bytes"
              .formatted(update.length / 2);
      PluginStatus half = await(host, status -> status.cause().startsWith(cause));
      assertThat(half.state()).isEqualTo(PluginState.ACTIVE);
      assertThat(half.version()).isEqualTo("1.0.0");
      Files.write(file, update);
      assertThat(await(host, active("1.1.0.longer")).cause()).isEmpty();
    }
  }

  @Test
  void anUpdateThatFailsIsRolledBack() throws Exception {
    Files.createDirectories(folder.plugins());
    Files.write(file, jar("1.0.0"));
    try (PluginHost host = folder.start(POLL)) {
      PluginJar.selector("p", "2.0.0", "s").import_("org.gone").writeTo(file);
      PluginStatus status = await(host, s -> s.cause().contains("org.gone"));
      assertThat(status.state()).isEqualTo(PluginState.ACTIVE);
      assertThat(status.version()).isEqualTo("1.0.0");
      assertThat(status.cause()).startsWith("rolled back to 1.0.0, since its update failed: needs");
    }
  }

  @Test
  void aPluginThatWasRemovedByNameIsNotTakenUpAgainBeforeItsFileChanges() throws Exception {
    Files.createDirectories(folder.plugins());
    Files.write(file, jar("1.0.0"));
    try (PluginHost host = folder.start(POLL)) {
      host.uninstall("p");
      Thread.sleep(10 * POLL.toMillis());
      assertThat(host.plugins()).isEmpty();
      Files.write(file, jar("1.0.1.longer"));
      await(host, active("1.0.1.longer"));
    }
  }

  @Test
  void aFileThatIsNoPluginIsListedAndNotesAreNot() throws IOException {
    Files.createDirectories(folder.plugins().resolve("some-folder"));
    Files.writeString(folder.plugins().resolve("README.md"), "notes");
    Files.writeString(folder.plugins().resolve(".hidden"), "hidden");
    Files.writeString(folder.plugins().resolve("what.jar"), "this is a text");
    try (PluginHost host = folder.start()) {
      assertThat(host.plugins()).extracting(PluginStatus::name).containsExactly("what.jar");
      assertThat(host.plugins().get(0).state()).isEqualTo(PluginState.NOT_A_PLUGIN);
    }
  }

  @Test
  void aChangedJarWaitsUntilNoExperimentRunsAndThenTakesItsPlace() throws Exception {
    Files.createDirectories(folder.plugins());
    Files.write(file, jar("1.0.0"));
    try (PluginHost host = folder.start(POLL)) {
      List<String> lines = heard(host);
      InstalledExtension used = host.catalog().extensions().get(0);
      undisturbed(
          host,
          () -> {
            undisturbed(host, () -> Files.write(file, jar("1.1.0.longer")));
            PluginStatus waiting = await(host, status -> !status.cause().isEmpty());
            assertThat(waiting.version()).isEqualTo("1.0.0");
            Thread.sleep(10 * POLL.toMillis());
            assertThat(host.catalog().extensions()).containsExactly(used);
            assertThat(lines)
                .containsExactly(
                    "plugin p: 1.0.0 stays while an experiment is running; its change on disk is"
                        + " taken up when it ends");
            PluginJar.selector("q", "1.0.0", "t").writeTo(folder.plugins().resolve("q.jar"));
            awaitLines(lines, 2);
            assertThat(lines.get(1)).isEqualTo("plugin q 1.0.0 was added: selector/t");
          });
      awaitLines(lines, 3);
      assertThat(lines.get(2)).isEqualTo("plugin p 1.1.0.longer was replaced: selector/s");
    }
  }

  @Test
  void aRemovedJarStaysInUseUntilNoExperimentRuns() throws Exception {
    Files.createDirectories(folder.plugins());
    Files.write(file, jar("1.0.0"));
    try (PluginHost host = folder.start(POLL)) {
      List<String> lines = heard(host);
      undisturbed(
          host,
          () -> {
            Files.delete(file);
            awaitLines(lines, 1);
            assertThat(lines.get(0)).contains("its removal on disk is taken up when it ends");
            assertThat(host.catalog().extensions()).hasSize(1);
          });
      awaitLines(lines, 2);
      assertThat(lines.get(1)).isEqualTo("plugin p 1.0.0 was removed");
      assertThat(host.catalog().extensions()).isEmpty();
    }
  }

  @Test
  void aJarThatFailedStaysUntilNoExperimentRunsIfItsPackagesAreUsed() throws Exception {
    Path lib = folder.plugins().resolve("lib.jar");
    PluginJar.bundle("lib", "1.0.0")
        .header("Export-Package", "com.acme;version=\"1.5.0\"")
        .header("Import-Package", "org.osgi.framework")
        .header("Bundle-Activator", "lib.A")
        .source(
            "lib.A",
            """
            package lib;
            import org.osgi.framework.*;
            public class A implements BundleActivator {
              public void start(BundleContext c) { throw new IllegalStateException("bad luck"); }
              public void stop(BundleContext c) {}
            }
            """)
        .writeTo(lib);
    PluginJar.selector("p", "1.0.0", "s").import_("com.acme;version=\"[1.0,2.0)\"").writeTo(file);
    try (PluginHost host = folder.start(POLL)) {
      assertThat(HostFolder.status(host, "lib").state()).isEqualTo(PluginState.FAILED);
      InstalledExtension used = host.catalog().extensions().get(0);
      List<String> lines = heard(host);
      undisturbed(
          host,
          () -> {
            assertThatThrownBy(() -> host.uninstall("lib"))
                .hasMessageContaining("while an experiment is running");
            Files.delete(lib);
            awaitLines(lines, 1);
            assertThat(lines.get(0))
                .startsWith("plugin lib 1.0.0 is failed: ")
                .contains("bad luck")
                .endsWith("its removal on disk is taken up when it ends");
            assertThat(host.catalog().extensions()).containsExactly(used);
          });
      awaitLines(lines, 3);
      assertThat(lines).contains("plugin lib 1.0.0 was removed");
      assertThat(host.catalog().extensions()).isEmpty();
    }
  }

  @Test
  void aJarThatWasMovedAwayAndBackIsNotWaitedForWhenTheExperimentHasEnded() throws Exception {
    Files.createDirectories(folder.plugins());
    Files.write(file, jar("1.0.0"));
    Path away = folder.plugins().resolveSibling("p.jar");
    try (PluginHost host = folder.start(POLL)) {
      undisturbed(
          host,
          () -> {
            Files.move(file, away);
            await(host, status -> status.cause().contains("its removal on disk"));
            Files.move(away, file);
            await(host, status -> !status.cause().contains("its removal on disk"));
          });
      await(host, active("1.0.0").and(status -> status.cause().isEmpty()));
    }
  }

  @Test
  void eachChangeIsToldInOneLineWithItsCause() throws Exception {
    Files.createDirectories(folder.plugins());
    PluginJar needs =
        PluginJar.selector("q", "1.0.0", "t").import_("com.acme;version=\"[1.0,2.0)\"");
    try (PluginHost host = folder.start(POLL)) {
      host.listen(
          change -> {
            throw new AssertionError("a listener that fails");
          });
      List<String> lines = heard(host);
      needs.writeTo(folder.plugins().resolve("q.jar"));
      awaitLines(lines, 1);
      assertThat(lines.get(0)).startsWith("plugin q 1.0.0 is unresolved: needs package com.acme");
      PluginJar.bundle("lib", "1.0.0")
          .header("Export-Package", "com.acme;version=\"1.5.0\"")
          .writeTo(folder.plugins().resolve("lib.jar"));
      awaitLines(lines, 3);
      assertThat(lines.subList(1, 3))
          .containsExactlyInAnyOrder(
              "plugin q 1.0.0 was added: selector/t", "plugin lib 1.0.0 was added");
      Files.delete(folder.plugins().resolve("lib.jar"));
      awaitLines(lines, 5);
      assertThat(lines.subList(3, 5))
          .anyMatch(line -> line.startsWith("plugin q 1.0.0 is unresolved: needs package com.acme"))
          .contains("plugin lib 1.0.0 was removed");
    }
  }

  @Test
  void aListenerMayCloseTheHost() throws Exception {
    Files.createDirectories(folder.plugins());
    CountDownLatch closed = new CountDownLatch(1);
    PluginHost host = folder.start(POLL);
    host.listen(
        change -> {
          host.close();
          closed.countDown();
        });
    Files.write(file, jar("1.0.0"));
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(folder.cache()).isEmptyDirectory();
  }

  @Test
  void aJarThatWasRenamedIsFoundUnderItsNewName() throws Exception {
    Files.createDirectories(folder.plugins());
    Files.write(file, jar("1.0.0"));
    Path renamed = folder.plugins().resolve("a.jar");
    try (PluginHost host = folder.start(POLL)) {
      undisturbed(
          host,
          () -> {
            Files.move(file, renamed);
            while (host.plugins().size() < 2) {
              Thread.sleep(10);
            }
          });
      PluginStatus status = await(host, active("1.0.0").and(s -> s.location().endsWith("a.jar")));
      assertThat(status.cause()).isEmpty();
    }
  }

  /** Does something as a running experiment would. */
  private static void undisturbed(PluginHost host, ThrowingCallable work) {
    Throwable failure = host.catalog().undisturbed(() -> ThrowableAssert.catchThrowable(work));
    assertThat(failure).isNull();
  }

  private static List<String> heard(PluginHost host) {
    List<String> lines = new CopyOnWriteArrayList<>();
    host.listen(change -> lines.add(change.line()));
    return lines;
  }

  private static void awaitLines(List<String> lines, int count) throws InterruptedException {
    while (lines.size() < count) {
      Thread.sleep(10);
    }
    assertThat(lines).hasSize(count);
  }
}
