package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;

/** The task {@code arc_challenge} of lm-evaluation-harness. */
@Doc("ARC, challenge part: answer a hard question of school science.")
final class ArcChallengeTask extends ArcTask {
  @Inject
  ArcChallengeTask(ShotOptions options, Seeds seeds) {
    super(options, seeds);
  }
}
