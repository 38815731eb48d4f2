package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.ScoringSelector;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.selector.scored.measure.MeasurementPoint;
import io.flexora.selector.scored.measure.Score;
import io.flexora.selector.scored.measure.SignalToNoise;
import io.flexora.selector.scored.measure.Steps;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores a layer by the signal-to-noise ratios of its frozen matrices (Spectrum, arXiv 2406.06623;
 * see {@link SignalToNoise}). The paper ranks the matrices of each kind among themselves; a layer
 * is chosen as a whole here, so its score is the mean of its matrices' shares in the sum of the
 * ratios of their kind.
 */
@Doc(
    "Keep the layers whose frozen matrices have the highest signal-to-noise ratio by their singular"
        + " values (Spectrum). It needs no data, but the singular values of each adapted matrix:"
        + " for one of 4096 by 4096, many seconds on a CPU.")
public final class WeightSnrSelector extends ScoringSelector {

  private static final String NAME = "weight-snr";

  private static final String SINGULAR_VALUES =
      """
        def singular_values(self, weight: Tensor) -> List[Tensor]:
          return [torch.linalg_svdvals(weight)]
      """;

  private final WeightSnrOptions options;

  @Inject
  WeightSnrSelector(WeightSnrOptions options) {
    super(NAME, options.layers());
    this.options = options;
  }

  @Override
  protected List<Class<? extends ModelAbility>> needs() {
    return List.of(FrozenMatrices.class);
  }

  @Override
  protected List<Double> scores(SelectionContext context) {
    FrozenMatrices weights = context.require(FrozenMatrices.class, "selector " + NAME);
    int modules = context.targets().size();
    int matrices = context.shape().layers() * modules;
    try (TorchScript script = TorchScript.compile(context.manager(), SINGULAR_VALUES)) {
      return new Steps(
              matrices,
              scope -> MeasurementPoint.start(Map.of(), matrices),
              (scope, at) -> at.plus(measured(scope, script, weights, context, at)),
              at -> at.step() < matrices ? List.of() : scores(at.sums(), modules))
          .run(context);
    }
  }

  /** A step is a matrix, of which there is one of each module in each layer. */
  private List<Double> measured(
      NDManager scope,
      TorchScript script,
      FrozenMatrices weights,
      SelectionContext context,
      MeasurementPoint at) {
    int matrix = (int) at.step();
    int modules = context.targets().size();
    ModuleShape module = context.targets().get(matrix % modules);
    int layer = matrix / modules;
    List<Double> numbers = new ArrayList<>(Collections.nCopies(at.sums().size(), 0.0));
    numbers.set(
        matrix,
        ratio(script, weights.weight(scope, layer, module.name()), scope, module.path(layer)));
    return numbers;
  }

  private double ratio(TorchScript script, NDArray weight, NDManager scope, String path) {
    NDArray values =
        script.call("singular_values", new Arguments(scope).with("weight", weight)).get(0);
    SignalToNoise found =
        SignalToNoise.of(
            Score.values(scope, values), weight.getShape().get(0), weight.getShape().get(1));
    double ratio = options.normalise() ? found.normalised() : found.ratio();
    if (!Double.isFinite(ratio)) {
      throw new FlexoraException(
          ("selector %s finds no noise in the singular values of %s (signal %s, noise %s), so that"
                  + " their ratio is no number; choose another selector for this model")
              .formatted(NAME, path, found.signal(), found.noise()));
    }
    return ratio;
  }

  private static List<Double> scores(List<Double> ratios, int modules) {
    double[] sums = new double[modules];
    IntStream.range(0, ratios.size()).forEach(i -> sums[i % modules] += ratios.get(i));
    return IntStream.range(0, ratios.size() / modules)
        .mapToObj(
            l ->
                IntStream.range(0, modules)
                    .mapToDouble(m -> ratios.get(l * modules + m) / sums[m])
                    .average()
                    .orElse(0))
        .toList();
  }
}
