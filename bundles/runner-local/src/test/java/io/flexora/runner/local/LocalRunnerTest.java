package io.flexora.runner.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.testkit.fixture.cell.HereOnly;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LocalRunnerTest {
  private final List<Cell> cells =
      Stream.of("flexora", "all", "random").map(n -> new Cell(n, Path.of("run"))).toList();

  @Test
  void runsEveryCellOnceInOrderOnTheCallersThread() {
    List<Cell> seen = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    new LocalRunner()
        .run(
            cells,
            new HereOnly(
                cell -> {
                  seen.add(cell);
                  threads.add(Thread.currentThread());
                }));
    assertThat(seen).isEqualTo(cells);
    assertThat(threads).containsOnly(Thread.currentThread());
  }

  @Test
  void startsNoFurtherCellAfterACancellation() {
    List<Cell> seen = new ArrayList<>();
    assertThatThrownBy(
            () ->
                new LocalRunner()
                    .run(
                        cells,
                        new HereOnly(
                            cell -> {
                              seen.add(cell);
                              throw new CancelledException();
                            })))
        .isInstanceOf(CancelledException.class);
    assertThat(seen).containsExactly(cells.get(0));
  }
}
