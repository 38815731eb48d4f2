package io.flexora.selector.scored;

import io.flexora.api.model.ModelAbility;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.SelectionCost;
import io.flexora.numerics.layer.ScoringSelector;
import java.util.List;
import java.util.Optional;

/** A strategy whose scores are a {@link Measurement}. */
abstract class MeasuredSelector extends ScoringSelector {

  private final Measurement measurement;

  MeasuredSelector(String name, String layers, Measurement measurement) {
    this(name, Optional.of(layers), measurement);
  }

  MeasuredSelector(String name, Optional<String> layers, Measurement measurement) {
    super(name, layers);
    this.measurement = measurement;
  }

  @Override
  public final SelectionCost cost(SelectionBounds bounds) {
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
}
