package io.flexora.task.classification;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.task.Task;

/** Declares the task {@code classification}. */
public final class ClassificationTaskPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(
        Task.class, "classification", ClassificationTaskOptions.class, ClassificationTask.class);
  }
}
