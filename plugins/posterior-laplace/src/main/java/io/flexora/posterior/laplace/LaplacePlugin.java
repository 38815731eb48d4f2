package io.flexora.posterior.laplace;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.posterior.Posterior;

/** Brings the posterior {@code laplace}. */
public final class LaplacePlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Posterior.class, "laplace", LaplaceOptions.class, LaplacePosterior.class);
  }
}
