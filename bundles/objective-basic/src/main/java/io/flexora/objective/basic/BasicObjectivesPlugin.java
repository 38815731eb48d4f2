package io.flexora.objective.basic;

import io.flexora.api.head.Objective;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the objectives {@code answer} and {@code choices}. */
public final class BasicObjectivesPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Objective.class, "answer", SmoothingOptions.class, AnswerObjective.class);
    extension(Objective.class, "choices", SmoothingOptions.class, ChoicesObjective.class);
  }
}
