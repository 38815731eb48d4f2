package io.flexora.runner.local;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.run.Runner;

/** Declares the runner {@code local}. */
public final class LocalPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Runner.class, "local", NoOptions.class, LocalRunner.class);
  }
}
