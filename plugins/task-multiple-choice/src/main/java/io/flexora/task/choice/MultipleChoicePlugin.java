package io.flexora.task.choice;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.task.Task;

/**
 * Declares the multiple-choice tasks: those of lm-evaluation-harness and of Laplace-LoRA by name,
 * and one made of templates.
 */
public final class MultipleChoicePlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Task.class, "multiple_choice", ChoiceOptions.class, MultipleChoiceTask.class);
    named("hellaswag", HarnessTasks.Hellaswag.class);
    named("piqa", HarnessTasks.Piqa.class);
    named("winogrande", HarnessTasks.Winogrande.class);
    named("race", RaceTask.class);
    named("commonsense_qa", HarnessTasks.CommonsenseQa.class);
    named("boolq", HarnessTasks.Boolq.class);
    named("arc_easy", HarnessTasks.ArcEasy.class);
    named("arc_challenge", HarnessTasks.ArcChallenge.class);
    named("openbookqa", HarnessTasks.Openbookqa.class);
    named("social_iqa", HarnessTasks.SocialIqa.class);
    named("sciq", HarnessTasks.Sciq.class);
    named("sst2", HarnessTasks.Sst2.class);
    named("laplace_arc_easy", LaplaceTasks.ArcEasy.class);
    named("laplace_arc_challenge", LaplaceTasks.ArcChallenge.class);
    named("laplace_openbookqa", LaplaceTasks.Openbookqa.class);
    named("laplace_winogrande", LaplaceTasks.Winogrande.class);
    named("laplace_boolq", LaplaceTasks.Boolq.class);
  }

  private void named(String name, Class<? extends Task> task) {
    extension(Task.class, name, ShotOptions.class, task);
  }
}
