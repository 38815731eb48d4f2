package io.flexora.posterior.basic;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.posterior.Posterior;

/** Declares the posteriors. */
public final class BasicPosteriorsPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Posterior.class, "temperature", NoOptions.class, TemperaturePosterior.class);
    extension(Posterior.class, "mc-dropout", DropoutOptions.class, DropoutPosterior.class);
    extension(
        Posterior.class,
        "checkpoint-ensemble",
        CheckpointEnsembleOptions.class,
        CheckpointEnsemble.class);
    extension(Posterior.class, "deep-ensemble", DeepEnsembleOptions.class, DeepEnsemble.class);
    extension(Posterior.class, "tfb", TfbOptions.class, TfbPosterior.class);
  }
}
