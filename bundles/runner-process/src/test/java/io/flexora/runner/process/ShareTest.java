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

class ShareTest {

  private static final long GIB = 1L << 30;

  @TempDir Path folder;

  @Test
  void autoIsHalfTheCoresWhereMemoryIsEnough() {
    assertThat(share("auto", "2", new Machine(8, 100 * GIB), 10).cells()).isEqualTo(4);
    assertThat(share("auto", "2", new Machine(1, 100 * GIB), 10).cells()).isEqualTo(1);
  }

  @Test
  void autoIsWhatMemoryAllowsAndAtLeastOne() {
    // A cell takes a byte here, and its process half a GiB.
    assertThat(share("auto", "2", new Machine(64, 2 * GIB), 10).cells()).isEqualTo(3);
    assertThat(share("auto", "2", new Machine(64, 0), 10).cells()).isEqualTo(1);
  }

  @Test
  void noMoreProcessesThanCells() {
    assertThat(share("7", "1", new Machine(2, GIB), 3).cells()).isEqualTo(3);
  }

  @Test
  void coresAreSharedEquallyWhereTheEnvironmentSaysNothing() {
    OptionalInt expected =
        System.getenv(Share.THREADS) == null ? OptionalInt.of(2) : OptionalInt.empty();
    assertThat(share("4", "auto", new Machine(8, GIB), 10).threads()).isEqualTo(expected);
    assertThat(share("4", "5", new Machine(8, GIB), 10).threads()).hasValue(5);
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

  private Share share(String parallel, String threads, Machine machine, int count) {
    List<Cell> cells = java.util.Collections.nCopies(count, new Cell("end", folder));
    return Share.of(options(parallel, threads), machine, cells, new MischiefCells(folder));
  }

  private static ProcessOptions options(String parallel, String threads) {
    return new ProcessOptions(
        parallel, threads, true, new JavaOptions(Optional.empty(), List.of()), Optional.empty());
  }
}
