package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.ScoringSelector;
import io.flexora.numerics.vector.Workspace;
import io.flexora.selector.scored.measure.Calibration;
import io.flexora.selector.scored.measure.FrozenPass;
import io.flexora.selector.scored.measure.MeasurementPoint;
import io.flexora.selector.scored.measure.Steps;
import java.util.List;
import java.util.Map;

/** A strategy that scores the layers of the frozen model by the hidden states between them. */
abstract class StatesSelector extends ScoringSelector {

  private static final String SUM = "states";

  private final StatesOptions options;
  private final Seeds seeds;

  StatesSelector(String name, StatesOptions options, Seeds seeds) {
    super(name, options.layers());
    this.options = options;
    this.seeds = seeds;
  }

  /**
   * The numbers of an example at a place between two layers, which are summed up over examples.
   *
   * @param before the states before the layer, float64 {@code [tokens, hidden]}; those of {@code
   *     after} where there is no layer before
   * @param after the states after it
   * @return as many numbers at each place
   */
  abstract NDArray measured(NDArray before, NDArray after);

  /**
   * The score of each layer.
   *
   * @param sums the sums over the examples, for the input of each layer and the output of the last
   */
  abstract List<Double> scores(double[][] sums);

  @Override
  protected final List<Class<? extends ModelAbility>> needs() {
    return List.of(LayerwiseModel.class);
  }

  @Override
  public final Workload cost(SelectionBounds bounds) {
    return Workload.NONE.forward(Passes.of(options.examples()));
  }

  /** A step is an example. */
  @Override
  protected final List<Double> scores(SelectionContext context) {
    LayerwiseModel model = context.require(LayerwiseModel.class, "selector " + name());
    FrozenPass pass = new FrozenPass(model, context.shape().layers());
    Calibration examples = Calibration.draw(name(), context, seeds, options.examples(), 1);
    return new Steps(
            examples.size(),
            scope -> MeasurementPoint.start(Map.of(), 0),
            (scope, at) -> at.moved(Map.of(SUM, sum(scope, pass, examples, at))),
            at -> at.step() == 0 ? List.of() : scores(rows(at.arrays().get(SUM))))
        .run(context);
  }

  private NDArray sum(NDManager scope, FrozenPass pass, Calibration examples, MeasurementPoint at) {
    try (Workspace work = new Workspace(scope)) {
      NDArray[] before = new NDArray[1];
      NDArray[] places = new NDArray[pass.layers() + 1];
      pass.run(
          work.temporary(),
          examples.get(at.step()),
          (place, rows) -> {
            NDArray after = work.share(rows).toType(DataType.FLOAT64, true);
            places[place] = measured(place == 0 ? after : before[0], after).expandDims(0);
            if (place > 0) {
              before[0].close();
            }
            before[0] = after;
          },
          (visited, site, rows) -> {});
      NDArray all = places[0];
      for (int place = 1; place < places.length; place++) {
        all = all.concat(places[place], 0);
      }
      return work.keep(at.step() == 0 ? all : work.share(at.arrays().get(SUM)).add(all));
    }
  }

  private static double[][] rows(NDArray sums) {
    double[] values = sums.toDoubleArray();
    int width = (int) sums.getShape().get(1);
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }
}
