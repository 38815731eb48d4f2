package io.flexora.comparison.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class GracefulShutdownTest {

  private static final long MINUTES = 10;

  private Process parent;

  @BeforeEach
  void startParent() throws IOException {
    parent = new ProcessBuilder("sleep", "60").start();
  }

  @AfterEach
  void endParent() {
    parent.destroyForcibly();
  }

  @Test
  void workEndsInOrderWhenTheParentIsKilled() throws Exception {
    Process child = start("polite");
    waitUntilReady(child);

    parent.destroyForcibly();

    assertThat(child.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).isEqualTo(WorkingProcess.ENDED_IN_ORDER);
  }

  @Test
  void workEndsInOrderWhenTheParentIsKilledAndNobodyReapsIt() throws Exception {
    // A shell starts the parent, which starts the child, and becomes a program that never waits.
    String parentAndChild = "sh -c '\"$@\" $$; true' parent \"$@\" & exec sleep 600 >&- 2>&-";
    List<String> command = new ArrayList<>(List.of("sh", "-c", parentAndChild, "starter"));
    command.addAll(working("polite"));
    Process starter = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      waitUntilReady(starter);

      starter.children().forEach(ProcessHandle::destroyForcibly);

      CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> rest(starter));
      assertThat(output)
          .succeedsWithin(Duration.ofMinutes(MINUTES))
          .asString()
          .contains(WorkingProcess.CHECKPOINT);
    } finally {
      starter.descendants().forEach(ProcessHandle::destroyForcibly);
      starter.destroyForcibly();
    }
  }

  /** What is printed until nobody is left who could print. */
  private static String rest(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void workThatDoesNotEndIsEndedByForceWhenTheParentIsKilled() throws Exception {
    Process child = start("deaf");
    waitUntilReady(child);

    parent.destroyForcibly();

    assertThat(child.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).isEqualTo(143);
  }

  @Test
  void workEndsAtOnceWhereTheParentHadDiedBefore() throws Exception {
    parent.destroyForcibly().waitFor();

    Process child = start("polite");

    assertThat(child.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).isEqualTo(WorkingProcess.ENDED_IN_ORDER);
  }

  @Test
  void aSignalEndsTheWorkInOrder() throws Exception {
    Process child = start("polite");
    waitUntilReady(child);

    // Not through the process, which would close its output.
    child.toHandle().destroy();

    assertThat(child.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains(WorkingProcess.CHECKPOINT);
    // Java halts at once where the cancelled program exits just after the shutdown hooks have run.
    assertThat(child.exitValue()).isIn(WorkingProcess.ENDED_IN_ORDER, 143);
  }

  private Process start(String manner) throws IOException {
    List<String> command = new ArrayList<>(working(manner));
    command.add(String.valueOf(parent.pid()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** The command of a process, up to the ID of its parent. */
  private static List<String> working(String manner) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        WorkingProcess.class.getName(),
        manner);
  }

  private static void waitUntilReady(Process child) throws IOException {
    assertThat(child.getInputStream().read()).isEqualTo('\n');
  }
}
