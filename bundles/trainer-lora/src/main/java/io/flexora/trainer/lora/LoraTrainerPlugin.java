package io.flexora.trainer.lora;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.train.Trainer;

/** The trainer of this bundle. */
public final class LoraTrainerPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Trainer.class, "lora", LoraTrainerOptions.class, LoraTrainer.class);
  }
}
