package io.flexora.task.instruction;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.task.Task;

/** Declares the tasks {@code instruction} and {@code preference}. */
public final class InstructionPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Task.class, "instruction", InstructionOptions.class, InstructionTask.class);
    extension(Task.class, "preference", PreferenceTaskOptions.class, PreferenceTask.class);
  }
}
