package io.flexora.tuner.tpe;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.tune.Tuner;

/** Declares the tuner {@code tpe}. */
public final class TpePlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Tuner.class, "tpe", TpeOptions.class, TpeTuner.class);
  }
}
