package io.flexora.tracker.files;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.track.Tracker;

/** Declares the trackers {@code csv} and {@code tensorboard}. */
public final class FileTrackersPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Tracker.class, "csv", FileTrackerOptions.class, CsvTracker.class);
    extension(Tracker.class, "tensorboard", FileTrackerOptions.class, TensorBoardTracker.class);
  }
}
