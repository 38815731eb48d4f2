package io.flexora.runner.slurm;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Runner;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.queue.QueueRules;
import io.flexora.files.queue.QueuedCells;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * Runs each cell as a job of an array on the user's Slurm cluster, which shares the folder of the
 * comparison with this machine.
 */
@Doc("Run the cells as arrays of jobs on a Slurm cluster that shares the folders of this machine.")
final class SlurmRunner implements Runner {

  private static final int ARRIVAL_LOOKS = 15;
  private static final int FEW = 4;

  private final SlurmOptions options;
  private final Slurm slurm;

  @Inject
  SlurmRunner(SlurmOptions options) {
    this.options = options;
    this.slurm = new Slurm(options.commands());
  }

  @Override
  public void checkCompatibility(Runner.Processes processes, Compatibility found) {
    // Refused here where cells cannot leave the process; Java itself starts on another machine.
    found.check(() -> processes.trial(options.ofJava().words()));
    found.check(() -> slurm.requireAccepted(options.request()));
  }

  @Override
  public OptionalInt parallelCells() {
    return options.parallel().stream().mapToInt(Integer::intValue).findFirst();
  }

  @Override
  public void run(List<Cell> cells, CellExecution execution) {
    if (cells.isEmpty()) {
      return;
    }
    String name = name(cells.get(0).folder());
    // An earlier command that was killed could not cancel its jobs.
    slurm.cancelAll(name);
    new QueuedCells(new SlurmQueue(options, slurm, name), rules(), execution).run(cells);
  }

  private QueueRules rules() {
    Duration looks = options.poll().multipliedBy(ARRIVAL_LOOKS);
    Duration arrival = looks.compareTo(QueueRules.ARRIVAL) < 0 ? looks : QueueRules.ARRIVAL;
    return QueueRules.of("Slurm", options.attempts(), options.poll(), options.ofJava().words())
        .holding(options.arraySize(), Math.max(1, options.arraySize() / FEW))
        .waiting(arrival, Duration.ZERO)
        .starting(options.startTimeout(), "Ask for less, or for another partition");
  }

  /** The name of all jobs of a comparison, of which one process works on it. */
  private static String name(Path cell) {
    String comparison = real(cell.toAbsolutePath().getParent()).toString();
    return "flexora-" + FileHash.of(comparison.getBytes(StandardCharsets.UTF_8)).brief();
  }

  /** One folder may be reached through links, but has one name. */
  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw ReadFailure.explain(folder, e);
    }
  }
}
