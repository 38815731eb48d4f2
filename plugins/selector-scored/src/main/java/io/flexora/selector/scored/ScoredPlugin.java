package io.flexora.selector.scored;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** The selectors of this plugin. */
public final class ScoredPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(
        Selector.class, "gradient-norm", GradientNormOptions.class, GradientNormSelector.class);
    extension(Selector.class, "fisher", FisherOptions.class, FisherSelector.class);
    extension(Selector.class, "snip", SnipOptions.class, SnipSelector.class);
  }
}
