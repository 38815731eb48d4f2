package io.flexora.objective.basic;

import io.flexora.api.model.Objective;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;

/** Declares the objectives {@code answer} and {@code choices}. */
public final class BasicObjectivesPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Objective.class, "answer", NoOptions.class, AnswerObjective.class);
    extension(Objective.class, "choices", NoOptions.class, ChoicesObjective.class);
  }
}
