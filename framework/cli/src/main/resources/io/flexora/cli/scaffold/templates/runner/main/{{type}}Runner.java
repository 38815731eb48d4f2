package {{package}};

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Runner;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the cells one after the other in this process, the small ones first, with rests between. */
@Doc("Run the cells one after the other, those that take little memory first, with rests between.")
final class {{type}}Runner implements Runner {

  private static final long LOOK_MILLIS = 100;

  private final {{type}}Options options;

  @Inject
  {{type}}Runner({{type}}Options options) {
    this.options = options;
  }

  @Override
  public void run(List<Cell> cells, CellExecution execution) {
    List<Cell> ordered =
        cells.stream().sorted(Comparator.comparingLong(execution::memoryBytes)).toList();
    for (int i = 0; i < ordered.size(); i++) {
      if (i > 0) {
        rest(execution);
      }
      // A cell records its own failure; what is thrown here ends the whole run.
      execution.here(ordered.get(i));
    }
  }

  /** Waits in small pieces, so that Ctrl-C is not kept waiting. */
  private void rest(CellExecution execution) {
    long end = System.nanoTime() + (long) (options.pause() * 1e9);
    while (System.nanoTime() < end) {
      if (execution.cancelled()) {
        throw new CancelledException();
      }
      sleep();
    }
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }
}
