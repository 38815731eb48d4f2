package io.flexora.optimiser.lion;

import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.FlexoraModule;

/** The optimiser of this bundle. */
public final class LionPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Optimiser.class, "lion", LionOptions.class, Lion.class);
  }
}
