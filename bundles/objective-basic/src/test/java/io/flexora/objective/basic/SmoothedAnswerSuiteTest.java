package io.flexora.objective.basic;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.head.Objective;
import io.flexora.testkit.ObjectiveSuite;
import org.junit.jupiter.api.Test;

class SmoothedAnswerSuiteTest extends ObjectiveSuite {

  @Override
  protected String configuration() {
    return "{use: answer, label_smoothing: 0.1}";
  }

  @Test
  void leavesTheSmoothingToTheModel() {
    AnswerObjective objective = new AnswerObjective(new SmoothingOptions(0.1));
    assertThat(objective.labelSmoothing()).isEqualTo(0.1);
    assertThat(objective.torchScript()).isEqualTo(Objective.ANSWER.torchScript());
  }
}
