package io.flexora.runner.slurm;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.run.Runner;

/** Declares the runner {@code slurm}. */
public final class SlurmPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Runner.class, "slurm", SlurmOptions.class, SlurmRunner.class);
  }
}
