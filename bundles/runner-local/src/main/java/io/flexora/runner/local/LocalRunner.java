package io.flexora.runner.local;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Runner;
import jakarta.inject.Inject;
import java.util.List;

/** Runs each cell in this process, in the order in which they were written. */
@Doc("Run the cells one after the other in this process.")
final class LocalRunner implements Runner {
  @Inject
  LocalRunner() {}

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public void run(List<Cell> cells, CellExecution execution) {
    cells.forEach(execution::runHere);
  }
}
