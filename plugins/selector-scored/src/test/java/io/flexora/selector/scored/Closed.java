package io.flexora.selector.scored;

import io.flexora.api.model.ModelShape;
import io.flexora.api.selection.SelectionContext;
import io.flexora.testkit.fixture.ForwardingContext;
import java.util.Map;
import java.util.Set;

/** The same context, of a model without any optional ability. */
final class Closed extends ForwardingContext {

  Closed(SelectionContext context) {
    super(context);
  }

  @Override
  public ModelShape shape() {
    ModelShape shape = super.shape();
    return new ModelShape(
        shape.family(),
        shape.layers(),
        shape.hiddenSize(),
        shape.maxTokens(),
        shape.modules(),
        shape.defaultTargets(),
        shape.frozenParameters(),
        shape.computeType(),
        shape.weightBytes(),
        shape.taskType(),
        shape.vocabulary(),
        shape.baseModel(),
        Set.of(),
        Map.of());
  }
}
