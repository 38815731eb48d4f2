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
    named("hellaswag", HellaswagTask.class);
    named("piqa", PiqaTask.class);
    named("winogrande", WinograndeTask.class);
    named("race", RaceTask.class);
    named("commonsense_qa", CommonsenseQaTask.class);
    named("boolq", BoolqTask.class);
    named("arc_easy", ArcEasyTask.class);
    named("arc_challenge", ArcChallengeTask.class);
    named("openbookqa", OpenbookqaTask.class);
    named("social_iqa", SocialIqaTask.class);
    named("sciq", SciqTask.class);
    named("sst2", Sst2Task.class);
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
