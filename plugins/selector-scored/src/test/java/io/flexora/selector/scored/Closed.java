package io.flexora.selector.scored;

import io.flexora.api.model.ModelShape;
import io.flexora.api.selection.SelectionContext;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import java.util.Set;

/** The same context, of a model without any optional ability. */
final class Closed extends ForwardingContext {

  Closed(SelectionContext context) {
    super(context);
  }

  @Override
  public ModelShape shape() {
    return super.shape().withAbilities(Set.of());
  }
}
