package io.flexora.runner.spark;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.run.Runner;

/** Declares the runner {@code spark}. */
public final class SparkPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Runner.class, "spark", SparkOptions.class, SparkRunner.class);
  }
}
