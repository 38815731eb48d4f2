package io.flexora.tuner.basic;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.tune.Tuner;

/** The tuners of this bundle. */
public final class BasicTunersPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Tuner.class, "random", NoOptions.class, RandomTuner.class);
    extension(Tuner.class, "grid", GridOptions.class, GridTuner.class);
    extension(Tuner.class, "halving", HalvingOptions.class, HalvingTuner.class);
  }
}
