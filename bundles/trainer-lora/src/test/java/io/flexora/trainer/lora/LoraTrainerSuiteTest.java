package io.flexora.trainer.lora;

import io.flexora.testkit.TrainerSuite;

class LoraTrainerSuiteTest extends TrainerSuite {

  @Override
  protected String configuration() {
    return """
        use: lora
        learning_rate: 0.05
        per_device_train_batch_size: 4
        num_train_epochs: 4
        evaluation_steps: 5
        """;
  }
}
