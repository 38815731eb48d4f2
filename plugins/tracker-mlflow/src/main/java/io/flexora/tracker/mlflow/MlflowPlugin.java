package io.flexora.tracker.mlflow;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.track.Tracker;

/** Declares the tracker {@code mlflow}. */
public final class MlflowPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Tracker.class, "mlflow", MlflowOptions.class, MlflowTracker.class);
  }
}
