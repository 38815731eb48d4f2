package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.ModelAbility;
import java.util.ArrayList;
import java.util.List;

/** The mean angle by which each layer turns the hidden state of a token. */
public record HiddenChange() implements Measure {

  /** One for each layer, and the tokens. */
  @Override
  public int numbers(int layers, int modules) {
    return layers + 1;
  }

  @Override
  public List<Class<? extends ModelAbility>> needs() {
    return List.of(LayerActivity.Meter.class);
  }

  @Override
  public Workload cost(int batches, int batchSize, int layers) {
    return Workload.NONE.forward(Passes.of(batches, batchSize));
  }

  @Override
  public List<Double> of(NDManager scope, BilevelProblem problem, long step, NDArray theta) {
    LayerActivity activity =
        problem
            .require(LayerActivity.StepMeter.class, "this selector")
            .activity(scope, step, theta);
    List<Double> numbers = new ArrayList<>(activity.angles());
    numbers.add((double) activity.tokens());
    return numbers;
  }

  @Override
  public List<Double> scores(List<Double> sums, long batches, int layers) {
    double tokens = sums.get(layers);
    return sums.subList(0, layers).stream().map(sum -> sum / tokens).toList();
  }
}
