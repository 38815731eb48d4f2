package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.ModelAbility;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The share of each layer in what the adapters add to the modules' outputs: in the sum of its
 * squares, or of its squares relative to those of the frozen outputs. Prompts and padding do not
 * count; where a head classifies texts, all their tokens do.
 *
 * @param relative whether the squares are taken relative to the frozen outputs'
 * @param together whether a layer's modules are summed up before the shares are taken; if not, its
 *     share is the mean of its shares among the modules of each kind
 */
public record AdapterShares(boolean relative, boolean together) implements Measure {

  /** For each layer and module, the squares of the adapter's output; then those of the frozen. */
  @Override
  public int numbers(int layers, int modules) {
    return 2 * layers * modules;
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
            .activity(scope, step, theta, CountedTokens.ANSWERS);
    List<Double> numbers = new ArrayList<>();
    activity.adapterSquares().forEach(numbers::addAll);
    activity.frozenSquares().forEach(numbers::addAll);
    return numbers;
  }

  @Override
  public List<Double> scores(List<Double> sums, long batches, int layers) {
    int half = sums.size() / 2;
    List<Double> squares =
        IntStream.range(0, half)
            .mapToObj(i -> relative ? sums.get(i) / sums.get(half + i) : sums.get(i))
            .toList();
    int modules = half / layers;
    if (together) {
      return shares(
          layers,
          l -> squares.subList(l * modules, (l + 1) * modules).stream().mapToDouble(x -> x).sum());
    }
    List<List<Double>> byModule =
        IntStream.range(0, modules)
            .mapToObj(m -> shares(layers, l -> squares.get(l * modules + m)))
            .toList();
    return IntStream.range(0, layers)
        .mapToObj(l -> byModule.stream().mapToDouble(s -> s.get(l)).sum() / modules)
        .toList();
  }

  private static List<Double> shares(int layers, IntToDoubleFunction part) {
    double whole = IntStream.range(0, layers).mapToDouble(part).sum();
    return IntStream.range(0, layers).mapToObj(l -> part.applyAsDouble(l) / whole).toList();
  }
}
