package io.flexora.task.classification;

import io.flexora.api.data.Task;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the task {@code classification}. */
public final class ClassificationPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Task.class, "classification", ClassificationOptions.class, ClassificationTask.class);
  }
}
