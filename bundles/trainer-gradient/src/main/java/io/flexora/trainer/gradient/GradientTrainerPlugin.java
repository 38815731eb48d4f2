package io.flexora.trainer.gradient;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.train.Trainer;
import io.flexora.numerics.training.TrainingOptions;

/** The trainer of this bundle. */
public final class GradientTrainerPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Trainer.class, "gradient", TrainingOptions.class, GradientTrainer.class);
  }
}
