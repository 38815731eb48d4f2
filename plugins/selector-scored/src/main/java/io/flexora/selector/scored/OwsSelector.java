package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Restart;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.ScoringSelector;
import io.flexora.numerics.vector.Workspace;
import io.flexora.selector.scored.measure.Calibration;
import io.flexora.selector.scored.measure.FrozenPass;
import io.flexora.selector.scored.measure.MeasurementPoint;
import io.flexora.selector.scored.measure.Steps;
import io.flexora.selector.scored.measure.WeightedDraw;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Outlier-weighted sampling (OwLore, arXiv 2405.18380): the probability of a layer is its share in
 * the outliers of all layers, those among the numbers {@code |W_ij| ‖X_j‖} of all its matrices that
 * are much larger than their mean (OWL's scores). Layers are kept or drawn once by these, or drawn
 * anew every few steps as the authors do, on adapters instead of whole layers and without GaLore.
 */
@Doc(
    "Keep the layers with the most outliers among their weights times the lengths of their inputs,"
        + " or draw layers in proportion to them: once, or anew every few steps of the training"
        + " (OwLore, arXiv 2405.18380, on adapters and without GaLore). It costs a forward pass for"
        + " each example and looks at all matrices once.")
public final class OwsSelector extends ScoringSelector {

  private static final String NAME = "ows";
  private static final String SQUARES = "squares";
  private static final String SHARE = "share_of_steps";
  private static final int INTERVAL = 50;

  private final OwsOptions options;
  private final Seeds seeds;

  @Inject
  OwsSelector(OwsOptions options, Seeds seeds) {
    super(NAME, options.layers());
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  protected List<Class<? extends ModelAbility>> needs() {
    return List.of(LayerwiseModel.class, FrozenMatrices.class);
  }

  private boolean isRedrawn() {
    return options.choice() == OwsOptions.LayerChoice.REDRAWN;
  }

  /** How many layers are kept, or trained at a time. */
  private int count(SelectionBounds bounds) {
    return super.chosenLayers(bounds).orElseThrow();
  }

  @Override
  protected void checkMore(SelectionBounds bounds, Compatibility found) {
    if (isRedrawn()) {
      if (count(bounds) == 0) {
        found.refuse(
            "layers",
            "selector ows is to train 0 layers at a time; write layers: 1 to %d"
                .formatted(bounds.shape().layers()));
      }
      bounds.demand(AdapterDemand.SCHEDULE, "selector '%s'".formatted(NAME), found);
    }
  }

  @Override
  public OptionalInt chosenLayers(SelectionBounds bounds) {
    return OptionalInt.of(isRedrawn() ? bounds.shape().layers() : count(bounds));
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    return Workload.NONE.forward(Passes.of(options.examples()));
  }

  /** Steps over the examples, which sum up the squares of the inputs, and then over the layers. */
  @Override
  protected List<Double> scores(SelectionContext context) {
    LayerwiseModel model = context.require(LayerwiseModel.class, "selector " + NAME);
    FrozenMatrices weights = context.require(FrozenMatrices.class, "selector " + NAME);
    ModelShape shape = context.shape();
    FrozenPass pass = new FrozenPass(model, shape.layers());
    Calibration examples = Calibration.draw(NAME, context, seeds, options.examples(), 1);
    long total = (long) examples.size() + shape.layers();
    List<Double> probabilities =
        new Steps(
                total,
                scope ->
                    MeasurementPoint.start(Map.of(SQUARES, none(scope, shape)), shape.layers()),
                (scope, before) -> {
                  boolean late =
                      before.step() > 0 && before.step() < examples.size() && context.timeIsUp();
                  MeasurementPoint at = late ? before.at(examples.size()) : before;
                  return at.step() < examples.size()
                      ? at.moved(Map.of(SQUARES, squares(scope, pass, shape, examples, at)))
                      : counted(scope, weights, shape, at, (int) (at.step() - examples.size()));
                },
                at -> at.step() < total ? List.of() : probabilities(at.sums()))
            .run(context);
    tellIfEqual(context, probabilities);
    return probabilities;
  }

  private void tellIfEqual(SelectionContext context, List<Double> probabilities) {
    int kept = count(context);
    boolean chooses = kept > 0 && kept < probabilities.size();
    if (chooses && probabilities.stream().distinct().count() == 1) {
      context
          .monitor()
          .notice(
              "Selector %s finds as many outliers in each layer above outlier_ratio: %s, so it %s; another outlier_ratio, such as 5, may tell the layers apart."
                  .formatted(
                      NAME,
                      options.outlierRatio(),
                      options.choice() == OwsOptions.LayerChoice.HIGHEST
                          ? "keeps the lowest layers"
                          : "draws all with the same probability"));
    }
  }

  private static int inputs(ModelShape shape) {
    return shape.modules().stream().mapToInt(ModuleShape::inputs).sum();
  }

  private static NDArray none(NDManager scope, ModelShape shape) {
    return scope.zeros(new Shape(shape.layers(), inputs(shape)), DataType.FLOAT64);
  }

  /** The squared lengths of all inputs of all modules {@code [layers, inputs]}, summed up. */
  private static NDArray squares(
      NDManager scope,
      FrozenPass pass,
      ModelShape shape,
      Calibration examples,
      MeasurementPoint at) {
    try (Workspace work = new Workspace(scope)) {
      Map<AdapterSite, NDArray> found = new HashMap<>();
      pass.run(
          work.temporary(),
          examples.get(at.step()),
          (layer, rows) -> {},
          (visited, site, rows) -> {
            try (Workspace own = new Workspace(work.temporary())) {
              NDArray wide = own.share(rows).toType(DataType.FLOAT64, true);
              found.put(site, own.keep(wide.square().sum(new int[] {0})));
            }
          });
      List<NDArray> layers = new ArrayList<>();
      for (int layer = 0; layer < shape.layers(); layer++) {
        NDArray ofLayer = null;
        for (ModuleShape module : shape.modules()) {
          NDArray part = found.get(new AdapterSite(layer, module));
          ofLayer = ofLayer == null ? part : ofLayer.concat(part, 0);
        }
        layers.add(ofLayer);
      }
      NDArray all = layers.get(0).expandDims(0);
      for (NDArray layer : layers.subList(1, layers.size())) {
        all = all.concat(layer.expandDims(0), 0);
      }
      return work.keep(work.share(at.arrays().get(SQUARES)).add(all));
    }
  }

  /** One step on, with the share of outliers in a layer. */
  private MeasurementPoint counted(
      NDManager scope, FrozenMatrices weights, ModelShape shape, MeasurementPoint at, int layer) {
    List<Double> numbers = new ArrayList<>(Collections.nCopies(shape.layers(), 0.0));
    numbers.set(layer, outliers(scope, weights, shape, at, layer));
    return at.plus(numbers);
  }

  private double outliers(
      NDManager scope, FrozenMatrices weights, ModelShape shape, MeasurementPoint at, int layer) {
    double sum = 0;
    long elements = 0;
    for (ModuleShape module : shape.modules()) {
      try (Workspace work = new Workspace(scope)) {
        sum += products(work, weights, shape, at, layer, module).sum().getDouble();
        elements += (long) module.outputs() * module.inputs();
      }
    }
    requireFinite(sum, layer);
    double bound = options.outlierRatio() * sum / elements;
    long outliers = 0;
    for (ModuleShape module : shape.modules()) {
      try (Workspace work = new Workspace(scope)) {
        outliers +=
            products(work, weights, shape, at, layer, module).gt(bound).countNonzero().getLong();
      }
    }
    return (double) outliers / elements;
  }

  private static void requireFinite(double sum, int layer) {
    if (!Double.isFinite(sum)) {
      throw new FlexoraException(
          "selector %s finds weights or inputs of layer %d that are no numbers; compute in another type, such as compute_dtype: float32"
              .formatted(NAME, layer));
    }
  }

  /** The numbers |W_ij| ‖X_j‖ of a matrix. */
  private static NDArray products(
      Workspace work,
      FrozenMatrices weights,
      ModelShape shape,
      MeasurementPoint at,
      int layer,
      ModuleShape module) {
    int from = 0;
    for (ModuleShape before : shape.modules()) {
      if (before.equals(module)) {
        break;
      }
      from += before.inputs();
    }
    NDArray squares =
        work.share(at.arrays().get(SQUARES)).get("{},{}:{}", layer, from, from + module.inputs());
    NDArray weight = weights.weight(work.temporary(), layer, module.name());
    return weight.toType(DataType.FLOAT64, false).abs().mul(squares.sqrt());
  }

  /** The share of each layer in the outliers of all; equal where there are none. */
  private static List<Double> probabilities(List<Double> outliers) {
    double sum = outliers.stream().mapToDouble(x -> x).sum();
    return outliers.stream().map(x -> sum == 0 ? 1.0 / outliers.size() : x / sum).toList();
  }

  @Override
  protected List<Double> ranked(List<Double> probabilities) {
    return options.choice() == OwsOptions.LayerChoice.DRAWN
        ? new WeightedDraw(probabilities).keys(seeds.stream("selector", NAME))
        : probabilities;
  }

  @Override
  protected Selection completed(Selection kept, SelectionContext context) {
    if (!isRedrawn()) {
      return kept;
    }
    List<Double> probabilities = kept.scores().get(NAME);
    return new Selection(
        IntStream.range(0, probabilities.size()).boxed().toList(),
        Map.of(
            NAME, probabilities, SHARE, new WeightedDraw(probabilities).inclusion(count(context))));
  }

  @Override
  public Optional<TrainingSchedule> schedule(Selection selection) {
    if (!isRedrawn()) {
      return Optional.empty();
    }
    WeightedDraw draw = new WeightedDraw(selection.scores().get(NAME));
    double together = selection.scores().get(SHARE).stream().mapToDouble(Double::doubleValue).sum();
    int interval = options.interval().orElse(INTERVAL);
    return Optional.of(
        TrainingSchedule.ofLayers(
            step ->
                draw.draw(
                    seeds.stream("selector", NAME, step / interval),
                    Math.toIntExact(Math.round(together))),
            Restart.NOTHING));
  }
}
