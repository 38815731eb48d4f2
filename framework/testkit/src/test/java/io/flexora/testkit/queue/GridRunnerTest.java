package io.flexora.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Runner;
import io.flexora.testkit.RunnerSuite;
import io.flexora.testkit.fixture.cell.AttemptsHere;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A runner that has of its own what differs between queues, and nothing else. */
class GridRunnerTest extends RunnerSuite {

  @TempDir Path attempts;
  private AttemptsHere cells;
  private Grid grid;

  @BeforeEach
  void prepare() {
    grid = new Grid(folder -> cells.run(folder));
  }

  @Override
  protected String configuration() {
    return "grid";
  }

  @Override
  protected Runner extension(long seed) {
    return new GridRunner(grid);
  }

  @Override
  protected CellExecution execution(Consumer<Cell> cell) {
    cells = new AttemptsHere(attempts, cell);
    return cells;
  }

  private List<Cell> run(int losses) {
    List<Cell> ran = new CopyOnWriteArrayList<>();
    CellExecution execution = execution(ran::add);
    grid.lose(losses);
    extension(SEED).run(List.of(new Cell("one", attempts), new Cell("two", attempts)), execution);
    return ran;
  }

  @Test
  void aLostCellIsTriedAgain() {
    assertThat(run(1)).extracting(Cell::name).containsExactly("two", "one");
    assertThat(cells.lost()).containsExactly("one/1: its machine of the grid was lost");
    assertThat(cells.failures()).isEmpty();
  }

  @Test
  void aCellThatIsLostAgainAndAgainFails() {
    assertThat(run(6)).isEmpty();
    assertThat(cells.failures())
        .containsEntry("one", "its machine of the grid was lost; that was attempt 3 of 3")
        .containsOnlyKeys("one", "two");
  }

  @Test
  void aCancellationEndsWhatWaits() {
    CellExecution execution =
        execution(
            cell -> {
              throw new CancelledException();
            });
    List<Cell> three =
        List.of(new Cell("one", attempts), new Cell("two", attempts), new Cell("three", attempts));
    assertThatThrownBy(() -> extension(SEED).run(three, execution))
        .isInstanceOf(CancelledException.class);
    assertThat(grid.killed()).containsExactly("job-1", "job-2");
  }
}
