package io.flexora.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.plugin.PluginStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Predicate;
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
    return status -> status.state() == State.ACTIVE && status.version().equals(version);
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
      assertThat(half.state()).isEqualTo(State.INCOMPLETE);
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
        assertThat(HostFolder.status(host, "cut.jar").state()).isEqualTo(State.INCOMPLETE);
        assertThat(HostFolder.status(host, "good").state()).isEqualTo(State.ACTIVE);
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
      assertThat(half.state()).isEqualTo(State.ACTIVE);
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
      assertThat(status.state()).isEqualTo(State.ACTIVE);
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
      assertThat(host.plugins().get(0).state()).isEqualTo(State.NOT_A_PLUGIN);
    }
  }
}
