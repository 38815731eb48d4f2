package io.flexora.trainer.gradient;

import io.flexora.testkit.TrainerSuite;

class GradientTrainerSuiteTest extends TrainerSuite {

  @Override
  protected String configuration() {
    return """
        use: gradient
        learning_rate: 0.05
        per_device_train_batch_size: 4
        num_train_epochs: 4
        evaluation_steps: 5
        """;
  }
}
