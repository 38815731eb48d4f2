package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import java.util.List;
import java.util.function.IntFunction;

/** The context of the posterior of a cell. */
record CellPosterior(
    AdaptedModel model,
    NDArray theta,
    List<Tokens> training,
    List<Tokens> validation,
    List<NDArray> snapshots,
    IntFunction<NDArray> trainings,
    Seeds seeds,
    NDManager manager,
    Monitor monitor)
    implements PosteriorContext {

  @Override
  public NDArray trained(int number) {
    return trainings.apply(number);
  }
}
