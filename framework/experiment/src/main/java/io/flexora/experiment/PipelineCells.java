package io.flexora.experiment;

import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import io.flexora.experiment.cell.RunScope;
import io.flexora.experiment.fit.ExperimentFit;
import java.util.List;
import java.util.function.Consumer;

/** The cells of one run, which share its folder and so its process. */
record PipelineCells(RunScope run, Consumer<Cell> cell) implements CellExecution {

  @Override
  public void runHere(Cell named) {
    cell.accept(named);
  }

  @Override
  public List<String> command(List<String> javaOptions) {
    throw ExperimentFit.notHere(run.configuration().cell().runner().name());
  }

  @Override
  public void begin(Cell named) {
    throw ExperimentFit.notHere(run.configuration().cell().runner().name());
  }

  @Override
  public CellExecution.Attempts attempts() {
    throw ExperimentFit.notHere(run.configuration().cell().runner().name());
  }

  @Override
  public void failed(Cell named, String cause) {
    throw ExperimentFit.notHere(run.configuration().cell().runner().name());
  }

  @Override
  public long memoryBytes(Cell named) {
    return 0;
  }

  @Override
  public boolean cancelled() {
    return run.cancelled().getAsBoolean();
  }
}
