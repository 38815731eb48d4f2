package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;

/** The task {@code arc_easy} of lm-evaluation-harness. */
@Doc("ARC, easy part: answer a question of school science.")
final class ArcEasyTask extends ArcTask {
  @Inject
  ArcEasyTask(ShotOptions options, Seeds seeds) {
    super(options, seeds);
  }
}
