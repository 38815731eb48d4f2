package io.flexora.task.choice;

import io.flexora.api.data.Task;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the multiple-choice tasks: twelve by name, and one made of templates. */
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
  }

  private void named(String name, Class<? extends Task> task) {
    extension(Task.class, name, ShotOptions.class, task);
  }
}
