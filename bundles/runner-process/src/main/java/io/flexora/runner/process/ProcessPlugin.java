package io.flexora.runner.process;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.run.Runner;

/** Declares the runner {@code process}. */
public final class ProcessPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Runner.class, "process", ProcessOptions.class, ProcessRunner.class);
  }
}
