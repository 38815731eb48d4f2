package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the analysis takes grows with the cells, not with their square. With {@code
 * -Dflexora.cells=10000} it is told for an eighth of so many cells and its doubles.
 */
class ManyCellsAnalysisTest {

  private static final int STRATEGIES = 4;
  private static final int LAYERS = 32;
  private static final int CHOSEN = 8;
  private static final int EXAMPLES = 10;
  private static final int CELLS = Integer.getInteger("flexora.cells", 4000);

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  @Test
  void fourTimesTheCellsTakeNoEightTimesTheWork() {
    analyse(CELLS / 8);
    double eighth = analyse(CELLS / 8);
    double quarter = analyse(CELLS / 4);
    double half = analyse(CELLS / 2);
    double all = analyse(CELLS);
    assertThat(all).as("of a quarter: %.3f s", quarter).isLessThan(8 * quarter + 0.1);
    assertThat(half).as("of an eighth: %.3f s", eighth).isLessThan(8 * eighth + 0.1);
  }

  /** The seconds of the processor, which other programs do not lengthen much. */
  private double analyse(int count) {
    Cells cells = cells(count);
    long before = threads.getCurrentThreadCpuTime();
    assertThat(cells.result().groups()).hasSize(1);
    double seconds = (threads.getCurrentThreadCpuTime() - before) / 1e9;
    if (Integer.getInteger("flexora.cells") != null) {
      System.out.printf(
          Locale.ROOT, "[many cells] %d cells: analysis %.3f s of the processor%n", count, seconds);
    }
    return seconds;
  }

  private static Cells cells(int count) {
    SplittableRandom random = new SplittableRandom(count);
    Cells cells = new Cells().of(LAYERS).against("s0", Map.of());
    for (int strategy = 0; strategy < STRATEGIES; strategy++) {
      for (long seed = 0; seed < count / STRATEGIES; seed++) {
        Integer[] layers =
            random.ints(0, LAYERS).distinct().limit(CHOSEN).boxed().toArray(Integer[]::new);
        StringBuilder answers = new StringBuilder();
        IntStream.range(0, EXAMPLES).forEach(i -> answers.append(random.nextInt(2)));
        cells.layers(layers).answers("s" + strategy, seed, answers.toString());
      }
    }
    return cells;
  }
}
