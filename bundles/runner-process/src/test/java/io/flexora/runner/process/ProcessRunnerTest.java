package io.flexora.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.JavaOptions;
import io.flexora.api.run.Runner;
import io.flexora.testkit.fixture.cell.HereOnly;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class ProcessRunnerTest {

  /** More than any cell takes here, however busy the machine is. */
  private static final long MINUTES = 10;

  @TempDir Path folder;
  private MischiefCells cells;

  @BeforeEach
  void prepare() {
    cells = new MischiefCells(folder);
  }

  @Test
  void everyWayToDieCostsOneCellAndNoOther() {
    run(
        options("2", Optional.of(Duration.ofMinutes(MINUTES))),
        "end-1",
        "abort",
        "killed",
        "exit",
        "report",
        "heap",
        "end-2");

    assertThat(cells.failures).containsOnlyKeys("abort", "killed", "exit", "report", "heap");
    assertThat(cells.has("end-1", Mischief.DONE)).isTrue();
    assertThat(cells.has("end-2", Mischief.DONE)).isTrue();
    assertThat(cells.failures.get("abort"))
        .startsWith("the process of the cell was ended by SIGABRT (exit code 134)")
        .contains("after ", "about to get ABRT");
    assertThat(cells.failures.get("killed"))
        .contains("SIGKILL (exit code 137)", "memory ran out", "about to get KILL");
    assertThat(cells.failures.get("exit"))
        .contains("ended with exit code 7")
        .endsWith("one more line than the last");
    assertThat(cells.failures.get("report"))
        .isEqualTo("selector 'mine' chose layer 9 of a model with layers 0 to 3");
    assertThat(cells.failures.get("heap"))
        .contains("ran out of Java's memory (exit code 3; max_heap gives it more), after ");
    assertThat(cells.text("exit", CellLane.LOG)).contains("one more line than the last");
  }

  @Test
  void cellsFollowEachOtherInOneProcessUntilOneOfThemDies() {
    run(options("1", Optional.empty()), "talk-1", "talk-2", "exit", "end-1", "end-2");

    assertThat(cells.begun).containsExactly("talk-1", "talk-2", "exit", "end-1", "end-2");
    assertThat(cells.failures).containsOnlyKeys("exit");
    String first = cells.text("talk-1", Mischief.PROCESS);
    String second = cells.text("end-1", Mischief.PROCESS);
    assertThat(second).isNotEqualTo(first);
    assertThat(
            List.of(cells.text("talk-2", Mischief.PROCESS), cells.text("exit", Mischief.PROCESS)))
        .containsOnly(first);
    assertThat(cells.text("end-2", Mischief.PROCESS)).isEqualTo(second);
    assertThat(ProcessHandle.of(Long.parseLong(second)).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void eachCellCanHaveAProcessOfItsOwn() {
    run(
        new ProcessOptions(
            "1", "1", false, new JavaOptions(Optional.of("32m"), List.of()), Optional.empty()),
        "end-1",
        "end-2");

    assertThat(cells.failures).isEmpty();
    assertThat(cells.text("end-1", Mischief.PROCESS))
        .isNotEqualTo(cells.text("end-2", Mischief.PROCESS));
  }

  @Test
  void eachCellHasALogOfItsOwn() {
    run(options("1", Optional.empty()), "talk-1", "talk-2", "exit");

    assertThat(cells.text("talk-1", CellLane.LOG)).isEqualTo("said in talk-1\nbegun in talk-1");
    assertThat(cells.text("talk-2", CellLane.LOG)).isEqualTo("said in talk-2\nbegun in talk-2");
    assertThat(cells.text("exit", CellLane.LOG)).isEqualTo("one more line than the last\n");
  }

  @Test
  void aProcessThatWasKilledBetweenTwoCellsIsReplaced() {
    MischiefCells killed =
        new MischiefCells(folder) {
          @Override
          public void begin(Cell cell) {
            super.begin(cell);
            if (cell.name().equals("end-2")) {
              ProcessHandle idle =
                  ProcessHandle.of(Long.parseLong(text("end-1", Mischief.PROCESS))).orElseThrow();
              idle.destroyForcibly();
              idle.onExit().join();
            }
          }
        };

    new ProcessRunner(options("1", Optional.empty())).run(killed.cells("end-1", "end-2"), killed);

    assertThat(killed.failures).isEmpty();
    assertThat(killed.has("end-2", Mischief.DONE)).isTrue();
  }

  @Test
  void aCellThatHangsIsEndedAtItsTimeLimit() {
    run(options("2", Optional.of(Duration.ofSeconds(8))), "polite", "end");

    assertThat(cells.failures).containsOnlyKeys("polite");
    assertThat(cells.failures.get("polite"))
        .contains("was ended because it took longer than time_limit allows")
        .containsPattern("after [0-9]+\\.");
    assertThat(cells.has("polite", "checkpoint")).isTrue();
    assertThat(cells.has("end", Mischief.DONE)).isTrue();
  }

  @Test
  void aProcessThatDoesNotEndWhenAskedIsEndedByForce() throws Exception {
    List<Cell> deaf = cells.cells("deaf");
    Path place = deaf.get(0).folder();
    ChildProcess child =
        ChildProcess.start(cells.command(List.of()), OptionalInt.empty(), Duration.ofMillis(500));

    ExitStatus ending =
        child.run(
            place,
            place.resolve(CellLane.LOG),
            Optional.empty(),
            () -> cells.has("deaf", Mischief.STARTED));

    assertThat(ending.reason()).isEqualTo(ExitStatus.Reason.RUN_OVER);
    assertThat(ending.code()).isEqualTo(137);
  }

  /** The signal reaches the whole group of processes, and this one may act last. */
  @ParameterizedTest
  @ValueSource(ints = {129, 130, 143})
  void aCellThatASignalToAllHasEndedDidNotFail(int code) throws Exception {
    ChildProcess child =
        ChildProcess.start(
            List.of("sh", "-c", "exit " + code), OptionalInt.empty(), Duration.ofMillis(500));

    ExitStatus ending =
        child.run(folder, folder.resolve(CellLane.LOG), Optional.empty(), () -> !child.isAlive());

    assertThat(ending.well()).isTrue();
    assertThat(ending.code()).isEqualTo(code);
  }

  @Test
  void aFullDiskEndsTheRunAndFailsNoCell() {
    assertThatThrownBy(() -> run(options("1", Optional.empty()), "full", "end"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("cannot write x: the disk is full; free some space");

    assertThat(cells.failures).isEmpty();
    assertThat(cells.has("end", Mischief.STARTED)).isFalse();
  }

  @Test
  void aDiskTooFullForTheLogIsNamed() {
    assertThatThrownBy(() -> run(options("1", Optional.empty()), "mute"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageMatching(
            "the process of the cell ended because the disk is full \\(exit code 4; free some"
                + " space\\), after .* s. It printed nothing");
  }

  @Test
  void aCancellationEndsWhatRunsPolitelyAndBeginsNothing() throws Exception {
    Thread user =
        new Thread(
            () -> {
              while (!cells.has("polite-1", Mischief.STARTED)) {
                sleep();
              }
              sleep();
              cells.cancelled.set(true);
            });
    user.start();

    assertThatThrownBy(() -> run(options("1", Optional.empty()), "polite-1", "end"))
        .isInstanceOf(CancelledException.class);
    user.join();

    assertThat(cells.has("polite-1", "checkpoint")).isTrue();
    assertThat(cells.has("end", Mischief.STARTED)).isFalse();
    assertThat(cells.failures).isEmpty();
  }

  @Test
  void cellsThatCannotLeaveTheProcessEndTheRun() {
    List<Cell> two = cells.cells("end-1", "end-2");

    assertThatThrownBy(
            () ->
                new ProcessRunner(options("1", Optional.empty()))
                    .run(two, new HereOnly(cell -> {})))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("cell 'end-1' cannot leave this process");
  }

  @Test
  void aProgramThatIsNotThereFailsItsCell() {
    List<Cell> one = cells.cells("end");
    MischiefCells lost =
        new MischiefCells(folder) {
          @Override
          public List<String> command(List<String> javaOptions) {
            return List.of(folder.resolve("no-java").toString());
          }
        };

    new ProcessRunner(options("1", Optional.empty())).run(one, lost);

    assertThat(lost.failures.get("end"))
        .startsWith("a process for the cell could not be started:")
        .contains("no-java");
  }

  @Test
  void eachCellGetsTheThreadsThatAreWritten() {
    run(
        new ProcessOptions(
            "auto", "3", true, new JavaOptions(Optional.of("64m"), List.of()), Optional.empty()),
        "end");

    assertThat(cells.text("end", Mischief.STARTED)).isEqualTo("3");
  }

  @Test
  void optionsThatJavaRefusesAreToldBeforeThereIsACell() {
    Runner.Processes java =
        options -> {
          List<String> command =
              new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
          command.addAll(options);
          command.add("-version");
          return command;
        };

    assertThatThrownBy(() -> fit("1k", List.of(), java))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("Java does not start with the options of a cell")
        .hasMessageContaining("Too small maximum heap");
    assertThatThrownBy(() -> fit("64m", List.of("-XX:+NoSuchOption"), java))
        .hasMessageContaining("NoSuchOption");
    assertThatCode(() -> fit("64m", List.of("-Xss512k"), java)).doesNotThrowAnyException();
  }

  private static void fit(String heap, List<String> javaOptions, Runner.Processes java) {
    Compatibility.require(
        new ProcessRunner(
                new ProcessOptions(
                    "auto",
                    "auto",
                    true,
                    new JavaOptions(Optional.of(heap), javaOptions),
                    Optional.empty()))
            ::checkCompatibility,
        java);
  }

  private void run(ProcessOptions options, String... names) {
    new ProcessRunner(options).run(cells.cells(names), cells);
  }

  private static ProcessOptions options(String parallel, Optional<Duration> limit) {
    return new ProcessOptions(
        parallel, "1", true, new JavaOptions(Optional.of("32m"), List.of("-Xss512k")), limit);
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
