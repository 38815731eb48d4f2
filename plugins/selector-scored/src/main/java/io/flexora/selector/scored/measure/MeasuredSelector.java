package io.flexora.selector.scored.measure;

import io.flexora.api.cost.Workload;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.ScoringSelector;
import java.util.List;

/** A strategy whose scores are a {@link Measurement}. */
public abstract class MeasuredSelector extends ScoringSelector {

  private final KeptLayers kept;
  private final Measurement measurement;

  public MeasuredSelector(String name, String layers, Measurement measurement) {
    this(name, KeptLayers.of(layers), measurement);
  }

  public MeasuredSelector(String name, KeptLayers kept, Measurement measurement) {
    super(name, kept.layers());
    this.kept = kept;
    this.measurement = measurement;
  }

  @Override
  public final Workload cost(SelectionBounds bounds) {
    return measurement.cost(bounds.shape().layers());
  }

  @Override
  protected final List<Class<? extends ModelAbility>> needs() {
    return measurement.measure().needs();
  }

  @Override
  protected final List<Double> scores(SelectionContext context) {
    return measurement.run(context);
  }

  @Override
  protected final int count(List<Double> scores) {
    return kept.count(name(), scores);
  }
}
