package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.KernelAlignment;
import io.flexora.numerics.layer.ScoringSelector;
import io.flexora.numerics.vector.Workspace;
import io.flexora.selector.scored.measure.Calibration;
import io.flexora.selector.scored.measure.FrozenPass;
import io.flexora.selector.scored.measure.MeasurementPoint;
import io.flexora.selector.scored.measure.Steps;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Scores a layer of the frozen model by how little what leaves it is like what enters it, by linear
 * CKA at one token of each example (arXiv 2602.05988), the last one of a decoder and the first one
 * of an encoder, or over the mean of its tokens. The states after the last layer are taken before
 * the final norm, where the published code takes them after it.
 *
 * <p>Where what enters a layer is the same in all examples, as the embedding of an end-of-text
 * token or of [CLS] is, CKA says nothing of the layer: it scores 0 and comes after all others. The
 * published code ranks it first; in encoders, where that is layer 0, it then leaves out the first
 * of the ranking, which comes to the same. A layer that makes the same of what differs scores 1, as
 * published.
 */
@Doc(
    "Keep the layers that change the hidden states most, by CKA between a layer's input and"
        + " output. Tokens: the last of a decoder, the first of an encoder, or the mean of"
        + " all. The cost is a forward pass for each example, without training.")
@Benchmarked("measured.csv")
public final class CkaSelector extends ScoringSelector {

  private static final String NAME = "cka";
  private static final String STATES = "states";

  /** The squares that float32 leaves of equal states less their mean, relative to the mean's. */
  private static final double ROUNDING = 1e-12;

  /** The least product of lengths that an angle is taken with: that of a zero state is half pi. */
  private static final double SHORTEST = 1e-300;

  private final CkaOptions options;
  private final Seeds seeds;

  @Inject
  CkaSelector(CkaOptions options, Seeds seeds) {
    super(NAME, options.layers());
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  protected List<Class<? extends ModelAbility>> needs() {
    return List.of(LayerwiseModel.class);
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    return Workload.NONE.forward(Passes.of(options.examples()));
  }

  @Override
  protected List<Double> scores(SelectionContext context) {
    LayerwiseModel model = context.require(LayerwiseModel.class, "selector " + NAME);
    FrozenPass pass = new FrozenPass(model, context.shape().layers());
    CkaOptions.Position position = options.position(context.shape());
    Calibration examples =
        Calibration.draw(
            NAME, context, seeds, options.examples(), options.change().fewestExamples());
    List<Double> scores =
        new Steps(
                examples.size(),
                scope -> MeasurementPoint.start(Map.of(), 0),
                (scope, at) ->
                    at.moved(Map.of(STATES, states(scope, pass, position, examples, at))),
                at -> scores(at))
            .run(context);
    if (options.change() != CkaOptions.Change.ANGULAR
        && scores.stream().allMatch(score -> score == 0)) {
      throw new FlexoraException(
          "selector %s finds that what enters a layer is the same in all %d examples, in every layer; choose another selector for this data"
              .formatted(NAME, examples.size()));
    }
    return scores;
  }

  /** The states of the examples so far {@code [layers + 1, examples, hidden]}. */
  private static NDArray states(
      NDManager scope,
      FrozenPass pass,
      CkaOptions.Position position,
      Calibration examples,
      MeasurementPoint at) {
    try (Workspace work = new Workspace(scope)) {
      NDArray[] last = new NDArray[pass.layers() + 1];
      pass.run(
          work.temporary(),
          examples.get(at.step()),
          (layer, rows) -> {
            NDArray state = position.of(work.share(rows));
            state.attach(work.temporary());
            last[layer] = state;
          },
          (visited, site, rows) -> {});
      NDArray own = last[0].expandDims(0);
      for (int layer = 1; layer < last.length; layer++) {
        own = own.concat(last[layer].expandDims(0), 0);
      }
      NDArray all = own.expandDims(1);
      if (at.step() > 0) {
        all = work.share(at.arrays().get(STATES)).concat(all, 1);
      }
      return work.keep(all);
    }
  }

  private List<Double> scores(MeasurementPoint at) {
    if (at.step() < options.change().fewestExamples()) {
      return List.of();
    }
    NDArray held = at.arrays().get(STATES);
    try (Workspace work = new Workspace(held.getManager())) {
      NDArray states = work.share(held).toType(DataType.FLOAT64, true);
      requireFinite(states);
      return options.change() == CkaOptions.Change.ANGULAR ? angles(states) : importances(states);
    }
  }

  private static void requireFinite(NDArray states) {
    if (!Double.isFinite(states.sum().getDouble())) {
      throw new FlexoraException(
          "selector %s finds hidden states that are no numbers; compute in another type, such as compute_dtype: float32"
              .formatted(NAME));
    }
  }

  private List<Double> importances(NDArray states) {
    double[][][] products = products(states);
    return IntStream.range(0, products.length - 1)
        .mapToObj(layer -> importance(products[layer], products[layer + 1]))
        .toList();
  }

  private double importance(double[][] before, double[][] after) {
    OptionalDouble cka = alignment(before, after);
    if (cka.isPresent()) {
      // Rounding puts no layer on or below the 0 of those that CKA says nothing of.
      return Math.max(1 - cka.getAsDouble(), Math.ulp(1.0));
    }
    return alignment(before, before).isPresent() ? 1 : 0;
  }

  private OptionalDouble alignment(double[][] k, double[][] l) {
    return options.change() == CkaOptions.Change.DEBIASED
        ? KernelAlignment.debiased(k, l)
        : KernelAlignment.biased(k, l);
  }

  /**
   * The products of the states less their mean, which CKA does not depend on but for rounding; 0
   * where the states do not vary.
   */
  private static double[][][] products(NDArray states) {
    int places = (int) states.getShape().get(0);
    int count = (int) states.getShape().get(1);
    NDArray means = states.mean(new int[] {1}, true);
    double[] squaredMeans = means.square().sum(new int[] {1, 2}).toDoubleArray();
    NDArray centred = states.sub(means);
    double[] values = centred.matMul(centred.transpose(0, 2, 1)).toDoubleArray();
    double[][][] products = new double[places][count][count];
    for (int place = 0; place < places; place++) {
      int from = place * count * count;
      double squares = 0;
      for (int i = 0; i < count; i++) {
        squares += values[from + i * count + i];
      }
      if (squares > ROUNDING * count * squaredMeans[place]) {
        for (int i = 0; i < count; i++) {
          System.arraycopy(values, from + i * count, products[place][i], 0, count);
        }
      }
    }
    return products;
  }

  private static List<Double> angles(NDArray states) {
    long places = states.getShape().get(0);
    NDArray before = states.get("0:" + (places - 1));
    NDArray after = states.get("1:" + places);
    int[] hidden = {2};
    NDArray lengths = before.square().sum(hidden).mul(after.square().sum(hidden)).sqrt();
    NDArray cosines = before.mul(after).sum(hidden).div(lengths.maximum(SHORTEST)).clip(-1, 1);
    double[] means = cosines.acos().mean(new int[] {1}).toDoubleArray();
    return IntStream.range(0, means.length).mapToObj(i -> means[i] / Math.PI).toList();
  }
}
