package io.flexora.trainer.losa;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.train.Trainer;

/** The trainers of this bundle. */
public final class LosaPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Trainer.class, "losa", LosaOptions.class, LosaTrainer.class);
    extension(Trainer.class, "pruned", PrunedOptions.class, PrunedTrainer.class);
  }
}
