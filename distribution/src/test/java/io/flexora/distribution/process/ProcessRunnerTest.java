package io.flexora.distribution.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ProcessRunnerTest {

  private static final long MINUTES = 10;

  @TempDir static Path shared;
  private static ProcessComparison comparison;
  private static Program.Outcome outcome;

  @TempDir Path folder;

  @BeforeAll
  static void run() throws Exception {
    comparison =
        ProcessComparison.of(
            shared, "10m", "all", "abort", "kill", "exit", "heap", "refuse", "fail", "none");
    outcome = run(comparison);
  }

  @Test
  void aCellThatTakesItsProcessWithItCostsNoOtherCell() throws Exception {
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
        .matches(
            "cell_failed selector fail of plugin mischief 1\\.0\\.0 failed: ArithmeticException: no"
                + " layers today \\(at Fail\\.java:\\d+\\)");
    assertThat(endings.get("heap"))
        .contains("ran out of Java's memory (exit code 3; max_heap gives it more)");
    assertThat(endings.get("refuse")).isEqualTo("cell_failed these layers are not to my taste");
    assertThat(Files.readString(comparison.cell("heap").resolve("process.log")))
        .contains("OutOfMemoryError");
  }

  @Test
  void aCellFindsBitForBitTheSameInAProcessOfItsOwn() throws Exception {
    ProcessComparison here = comparison.another(folder.resolve("here"), "10m", "all").runHere();

    ProcessComparison.requireSame(comparison.cell("all"), here.cell("all"));
  }

  @Test
  void aCellThatTakesTooLongIsEndedAndCountsAsFailed() throws Exception {
    ProcessComparison hanging = comparison.another(folder.resolve("slow"), "1s", "hang");

    assertThat(run(hanging).code()).isEqualTo(1);

    assertThat(hanging.endings().get("hang"))
        .startsWith("cell_failed the process of the cell was ended because it took longer than");
  }

  @Test
  void noProcessOutlivesTheOneThatStartedItEvenIfThatIsKilled() throws Exception {
    ProcessComparison killed = comparison.another(folder.resolve("killed"), "5m", "hang", "all");
    try (Program program = Program.start(killed.working(), Map.of(), killed.arguments())) {
      waitUntil(() -> recorded(killed, "hang"));
      List<ProcessHandle> children =
          ProcessHandle.of(program.pid()).orElseThrow().descendants().toList();
      assertThat(children).isNotEmpty();

      program.kill();

      waitUntil(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
    assertThat(killed.cell("hang").resolve("result.json")).doesNotExist();
  }

  private static Program.Outcome run(ProcessComparison comparison) throws Exception {
    return Program.run(comparison.working(), comparison.arguments().toArray(String[]::new));
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
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s min", MINUTES).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
