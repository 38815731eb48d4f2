package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.distribution.tiny.Program;
import io.flexora.host.FlexoraHost;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.runstore.RunListener;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what a training step of each adapter method takes beside one of {@code lora}: those of
 * {@code config/compare-field.yaml}, on the same layers, rows and machine, one method after the
 * other in each of some rounds. Runs only with {@code -Dflexora.speed=ROUNDS}, takes the model and
 * the data of that file, and prints a table.
 */
class AdapterSpeedTest {

  private static final int STEPS = 8;

  /** The first ones are slower, as Java warms up. */
  private static final int LEFT_OUT = 2;

  private static final double NANOS = 1e9;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  @TempDir Path folder;

  /** Takes the processor time after each step of a training. */
  private static final class Steps implements RunListener {

    private final Map<String, List<Long>> after = new TreeMap<>();

    @Override
    public void progress(String cell, String phase, Progress progress) {
      if (phase.equals(Phase.TRAIN.word())) {
        after.computeIfAbsent(cell, c -> new ArrayList<>()).add(SYSTEM.getProcessCpuTime());
      }
    }

    /** The median time of a step in seconds. */
    double median(String cell) {
      List<Long> times = after.get(cell);
      double[] steps =
          IntStream.range(LEFT_OUT, times.size())
              .mapToDouble(i -> (times.get(i) - times.get(i - 1)) / NANOS)
              .sorted()
              .toArray();
      return steps[steps.length / 2];
    }
  }

  @Test
  void besideLora() {
    int rounds = Integer.getInteger("flexora.speed", 0);
    assumeTrue(rounds > 0, "-Dflexora.speed=ROUNDS asks for no measurement");
    TorchEngine.start().useThreads(1);
    List<String> seeds = LongStream.rangeClosed(1, rounds).mapToObj(String::valueOf).toList();
    try (FlexoraHost host = FlexoraHost.builder().home(Program.HOME).start()) {
      Steps steps = new Steps();
      ComparisonOutcome outcome =
          host.comparison(
                  Program.HOME.resolve("config/compare-field.yaml"),
                  List.of(
                      "output_dir=" + folder,
                      "seeds=" + seeds,
                      "trainer.max_steps=" + STEPS,
                      "budget.steps=" + STEPS,
                      "trainer.keep_best=false",
                      "trainer.evaluation_steps=1000",
                      "tasks.supersense.dataset={use: wordnet, senses: nouns, train: 128,"
                          + " validation: 32, test: 32}",
                      "reports=[]"))
              .run(steps);
      assertThat(outcome.failures()).isEmpty();
      print(outcome, steps, seeds);
    }
  }

  private static void print(ComparisonOutcome outcome, Steps steps, List<String> seeds) {
    Map<String, double[]> seconds = new LinkedHashMap<>();
    for (String name : outcome.cells().keySet()) {
      CellId id = CellId.of(name).orElseThrow();
      String method = id.strategy().substring(id.strategy().indexOf('+') + 1);
      int round = seeds.indexOf(String.valueOf(id.seed()));
      seconds.computeIfAbsent(method, m -> new double[seeds.size()])[round] = steps.median(name);
    }
    System.out.println("| method | processor seconds of a step | of lora's |");
    System.out.println("|---|---|---|");
    seconds.forEach(
        (method, own) ->
            System.out.printf(
                Locale.ROOT,
                "| `%s` | %.3f | %.2f |%n",
                method,
                mean(own),
                mean(own) / mean(seconds.get("lora"))));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value / values.length;
    }
    return sum;
  }
}
