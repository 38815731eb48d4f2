package com.example.gradientnorm;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** The extensions that this plugin brings; named by {@code Flexora-Plugin} in {@code bnd.bnd}. */
public final class GradientNormPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(
        Selector.class, "largest-gradient", GradientNormOptions.class, GradientNormSelector.class);
  }
}
