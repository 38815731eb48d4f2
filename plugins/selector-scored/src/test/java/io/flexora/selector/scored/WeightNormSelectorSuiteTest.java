package io.flexora.selector.scored;

import io.flexora.api.cost.Workload;
import io.flexora.api.run.Compatibility;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.testkit.SelectorSuite;
import java.util.OptionalInt;

class WeightNormSelectorSuiteTest extends SelectorSuite {

  @Override
  protected String configuration() {
    return "{use: weight-norm, layers: 3, warmup_steps: 20, inner: {learning_rate: 0.05}}";
  }

  @Override
  protected boolean findsWhatMatters() {
    return true;
  }

  @Override
  protected Selector extension(long seed) {
    return new OnFactors(super.extension(seed));
  }

  /** Shows a selector the suite's problem with the factors of LoRA for its weights. */
  private record OnFactors(Selector selector) implements Selector {

    @Override
    public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
      selector.checkCompatibility(bounds, found);
    }

    @Override
    public Workload cost(SelectionBounds bounds) {
      return selector.cost(bounds);
    }

    @Override
    public OptionalInt chosenLayers(SelectionBounds bounds) {
      return selector.chosenLayers(bounds);
    }

    @Override
    public Selection select(SelectionContext context) {
      return selector.select(FactoredProblem.in(context));
    }
  }
}
