package io.flexora.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Cell;
import io.flexora.api.run.JavaOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceShareTest {

  private static final long GIB = 1L << 30;

  @TempDir Path folder;

  @Test
  void autoIsHalfTheCoresWhereMemoryIsEnough() {
    assertThat(share("auto", "2", machine(8, 100 * GIB), 10).cells()).isEqualTo(4);
    assertThat(share("auto", "2", machine(1, 100 * GIB), 10).cells()).isEqualTo(1);
  }

  @Test
  void autoIsWhatMemoryAllowsAndAtLeastOne() {
    // A cell takes a byte here, and its process half a GiB.
    assertThat(share("auto", "2", machine(64, 2 * GIB), 10).cells()).isEqualTo(3);
    assertThat(share("auto", "2", machine(64, 0), 10).cells()).isEqualTo(1);
  }

  @Test
  void noMoreProcessesThanCells() {
    assertThat(share("7", "1", machine(2, GIB), 3).cells()).isEqualTo(3);
  }

  @Test
  void coresAreSharedEquallyWhereTheEnvironmentSaysNothing() {
    assertThat(share("4", "auto", machine(8, GIB), 10).threads()).hasValue(2);
    Machine given = new Machine(8, GIB, /* threadsGiven= */ true);
    assertThat(share("4", "auto", given, 10).threads()).isEmpty();
    assertThat(share("4", "5", machine(8, GIB), 10).threads()).hasValue(5);
  }

  @Test
  void theLastCellsHaveAsManyThreadsAsAllOthers() {
    assertThat(share("4", "auto", machine(8, GIB), 1))
        .isEqualTo(new ResourceShare(4, 1, threads(2)));
    assertThat(share("auto", "auto", machine(8, 100 * GIB), 1))
        .isEqualTo(new ResourceShare(4, 1, threads(2)));
  }

  @Test
  void laterCellsHaveAsManyThreadsAsTheFirstWhateverMemoryIsLeft() {
    ResourceShare roomy = share("auto", "auto", machine(8, 100 * GIB), 3);
    ResourceShare narrow = share("auto", "auto", machine(8, GIB), 3);
    assertThat(roomy).isEqualTo(new ResourceShare(4, 3, threads(2)));
    assertThat(narrow).isEqualTo(new ResourceShare(1, 1, threads(8)));
    assertThat(roomy.then(roomy)).isEqualTo(roomy);
    assertThat(roomy.then(narrow)).isEqualTo(new ResourceShare(1, 1, threads(2)));
    assertThat(narrow.then(roomy)).isEqualTo(new ResourceShare(1, 1, threads(8)));
  }

  @Test
  void whatCannotBeReadIsRefusedByName() {
    assertThatThrownBy(() -> options("many", "auto"))
        .hasMessage("parallel: 'many' is neither 'auto' nor a number from 1 to 9999");
    assertThatThrownBy(() -> options("0", "auto")).hasMessageStartingWith("parallel: '0'");
    assertThatThrownBy(() -> options("1", "-1")).hasMessageStartingWith("threads: '-1'");
    assertThatThrownBy(
            () ->
                new ProcessOptions(
                    "1",
                    "1",
                    true,
                    new JavaOptions(Optional.of("2 GB"), List.of()),
                    Optional.empty()))
        .hasMessage("max_heap: '2 GB' is no size, such as 800m or 2g");
    assertThatThrownBy(
            () ->
                new ProcessOptions(
                    "1",
                    "1",
                    true,
                    new JavaOptions(Optional.empty(), List.of("Xmx2g")),
                    Optional.empty()))
        .hasMessageStartingWith("java_options: 'Xmx2g'");
  }

  private static OptionalInt threads(int count) {
    return OptionalInt.of(count);
  }

  /** One whose environment says nothing of threads. */
  private static Machine machine(int cores, long freeBytes) {
    return new Machine(cores, freeBytes, /* threadsGiven= */ false);
  }

  private ResourceShare share(String parallel, String threads, Machine machine, int count) {
    List<Cell> cells = java.util.Collections.nCopies(count, new Cell("end", folder));
    return ResourceShare.of(options(parallel, threads), machine, cells, new MischiefCells(folder));
  }

  private static ProcessOptions options(String parallel, String threads) {
    return new ProcessOptions(
        parallel, threads, true, new JavaOptions(Optional.empty(), List.of()), Optional.empty());
  }
}
