package io.flexora.testkit.queue;

import io.flexora.api.run.Cell;
import io.flexora.api.run.CellAttempt;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Runner;
import io.flexora.files.queue.JobQueue;
import io.flexora.files.queue.JobStatus;
import io.flexora.files.queue.QueueRules;
import io.flexora.files.queue.QueuedCells;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A runner of a new queue: its submission, its states and its cancellation. */
record GridRunner(Grid grid) implements Runner, JobQueue {

  @Override
  public void run(List<Cell> cells, CellExecution execution) {
    QueueRules rules = QueueRules.of("Grid", 3, Duration.ofMillis(1), List.of());
    new QueuedCells(this, rules, execution).run(cells);
  }

  @Override
  public List<String> submit(List<CellAttempt> attempts) {
    return attempts.stream().map(attempt -> grid.submit(attempt.folder())).toList();
  }

  @Override
  public Map<String, JobStatus> poll(List<String> jobs) {
    Map<String, JobStatus> found = new HashMap<>();
    grid.states().forEach((job, state) -> found.put(job, status(state)));
    return found;
  }

  private static JobStatus status(String state) {
    return switch (state) {
      case "waits" -> JobStatus.waiting("");
      case "lost" -> JobStatus.lost("its machine of the grid was lost");
      default -> JobStatus.ended(Integer.parseInt(state));
    };
  }

  @Override
  public void cancel(Collection<String> jobs) {
    jobs.forEach(grid::kill);
  }
}
