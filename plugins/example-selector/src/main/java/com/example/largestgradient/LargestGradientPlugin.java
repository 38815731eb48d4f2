package com.example.largestgradient;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** The extensions that this plugin brings; named by {@code Flexora-Plugin} in {@code bnd.bnd}. */
public final class LargestGradientPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(
        Selector.class, "largest-gradient", LargestGradientOptions.class, LargestGradientSelector.class);
  }
}
