package io.flexora.distribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.resume.RunContents;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ProcessRunnerTest {

  private static final long SECONDS = 60;

  @TempDir Path folder;

  @Test
  void aCellThatTakesItsProcessWithItCostsNoOtherCell() throws Exception {
    ProcessComparison comparison =
        ProcessComparison.of(
            folder, "10m", "all", "abort", "kill", "exit", "heap", "refuse", "fail", "none");

    Program.Outcome outcome = run(comparison);

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
    Map<String, String> endings = comparison.endings();
    assertThat(endings.get("all")).as("%s", endings).startsWith("cell_ended");
    assertThat(endings.get("none")).as("%s", endings).startsWith("cell_ended");
    assertThat(endings.get("abort"))
        .startsWith("cell_failed the process of the cell was ended by SIGABRT (exit code 134)");
    assertThat(endings.get("kill"))
        .startsWith("cell_failed the process of the cell was ended by SIGKILL (exit code 137)");
    assertThat(endings.get("exit"))
        .startsWith("cell_failed mischief.Exit.select(Exit.java:")
        .contains("ended the program by System.exit (plugin mischief 1.0.0)");
    assertThat(endings.get("fail"))
        .isEqualTo(
            "cell_failed selector fail of plugin mischief 1.0.0 failed: ArithmeticException: no"
                + " layers today");
    assertThat(endings.get("heap")).contains("ran out of Java's memory (exit code 3)");
    assertThat(endings.get("refuse")).isEqualTo("cell_failed these layers are not to my taste");
    assertThat(Files.readString(comparison.cell("heap").resolve("process.log")))
        .contains("OutOfMemoryError");
  }

  @Test
  void aCellFindsBitForBitTheSameInAProcessOfItsOwn() throws Exception {
    ProcessComparison elsewhere = ProcessComparison.of(folder, "10m", "all");
    ProcessComparison here =
        new ProcessComparison(Files.createDirectory(folder.resolve("here")), elsewhere.plugins());
    Files.copy(elsewhere.working().resolve("compare.yaml"), here.working().resolve("compare.yaml"));

    assertThat(run(elsewhere).code()).isZero();
    assertThat(run(here, "--set", "runner=local").code()).isZero();

    Map<String, String> found = RunContents.of(elsewhere.cell("all"));
    assertThat(found.remove("process.log")).isNotNull();
    assertThat(found)
        .containsKeys("cells/main/theta.safetensors", "cells/main/predictions.jsonl")
        .isEqualTo(RunContents.of(here.cell("all")));
  }

  @Test
  void aCellThatTakesTooLongIsEndedAndCountsAsFailed() throws Exception {
    ProcessComparison comparison = ProcessComparison.of(folder, "1s", "hang");

    assertThat(run(comparison).code()).isEqualTo(1);

    assertThat(comparison.endings().get("hang"))
        .startsWith("cell_failed the process of the cell was ended because it took longer than");
  }

  @Test
  void noProcessOutlivesTheOneThatStartedItEvenIfThatIsKilled() throws Exception {
    ProcessComparison comparison = ProcessComparison.of(folder, "5m", "hang", "all");
    try (Program program = Program.start(comparison.working(), Map.of(), comparison.arguments())) {
      waitUntil(() -> recorded(comparison, "hang"));
      List<ProcessHandle> children =
          ProcessHandle.of(program.pid()).orElseThrow().descendants().toList();
      assertThat(children).isNotEmpty();

      program.kill();

      waitUntil(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
    assertThat(comparison.cell("hang").resolve("result.json")).doesNotExist();
  }

  private static Program.Outcome run(ProcessComparison comparison, String... further)
      throws Exception {
    List<String> arguments = new ArrayList<>(comparison.arguments());
    arguments.addAll(List.of(further));
    return Program.run(comparison.working(), arguments.toArray(String[]::new));
  }

  private static boolean recorded(ProcessComparison comparison, String strategy) {
    try {
      Path events = comparison.cell(strategy).resolve("events.jsonl");
      return Files.exists(events) && Files.readString(events).contains("\"step\"");
    } catch (IOException | IndexOutOfBoundsException e) {
      return false;
    }
  }

  private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s s", SECONDS).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
