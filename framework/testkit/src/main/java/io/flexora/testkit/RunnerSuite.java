package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Runner;
import io.flexora.testkit.fixture.cell.HereOnly;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks a runner that runs cells in this process, or one that submits them to a queue: its suite
 * gives {@link io.flexora.testkit.fixture.cell.AttemptsHere} as the execution, and a queue of its
 * own whose jobs that runs.
 *
 * @since 0.1
 */
public abstract class RunnerSuite extends ExtensionSuite<Runner> {

  @TempDir Path folder;

  /** For subclasses. */
  protected RunnerSuite() {
    super(Runner.class);
  }

  /**
   * The execution that the runner is given.
   *
   * @param cell runs a cell; throws what ends the run
   */
  protected CellExecution execution(Consumer<Cell> cell) {
    return new HereOnly(cell);
  }

  @Test
  void runsEachCellExactlyOnce() {
    List<Cell> cells = cells(5);
    List<Cell> ran = new CopyOnWriteArrayList<>();
    extension().run(cells, execution(ran::add));
    assertThat(ran)
        .as("cells that had run when %s returned", name())
        .containsExactlyInAnyOrderElementsOf(cells);
  }

  @Test
  void runsNothingWhereThereIsNothing() {
    List<Cell> ran = new CopyOnWriteArrayList<>();
    extension().run(List.of(), execution(ran::add));
    assertThat(ran).as("cells that %s ran of none", name()).isEmpty();
  }

  @Test
  void passesACancellationOn() {
    assertThat(
            catchThrowable(
                () ->
                    extension()
                        .run(
                            cells(3),
                            execution(
                                cell -> {
                                  throw new CancelledException();
                                }))))
        .as("%s when the run is cancelled in a cell", name())
        .isInstanceOf(CancelledException.class);
  }

  @Test
  void startsNoCellAfterACancellation() {
    List<Cell> ran = new CopyOnWriteArrayList<>();
    List<Cell> cells = cells(50);
    assertThat(
            catchThrowable(
                () ->
                    extension()
                        .run(
                            cells,
                            execution(
                                cell -> {
                                  ran.add(cell);
                                  throw new CancelledException();
                                }))))
        .isInstanceOf(CancelledException.class);
    assertThat(ran.size())
        .as("cells that %s began although the first one was cancelled", name())
        .isLessThan(cells.size());
  }

  @Test
  void passesAFailureOfTheRunOnAsItIs() {
    assertThat(
            catchThrowable(
                () ->
                    extension()
                        .run(
                            cells(3),
                            execution(
                                cell -> {
                                  throw new FlexoraException("no space left");
                                }))))
        .as("%s when a cell ends the run", name())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no space left");
  }

  private List<Cell> cells(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Cell("cell-" + i, folder)).toList();
  }
}
