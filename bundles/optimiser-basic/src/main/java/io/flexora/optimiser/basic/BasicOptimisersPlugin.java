package io.flexora.optimiser.basic;

import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.FlexoraModule;

/** The optimisers of this bundle. */
public final class BasicOptimisersPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Optimiser.class, "sgd", SgdOptions.class, Sgd.class);
    extension(Optimiser.class, "momentum", MomentumOptions.class, Momentum.class);
    extension(Optimiser.class, "nesterov", MomentumOptions.class, Nesterov.class);
    extension(Optimiser.class, "adamw", AdamWOptions.class, AdamW.class);
  }
}
