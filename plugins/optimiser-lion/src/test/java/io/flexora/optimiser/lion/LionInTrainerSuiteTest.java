package io.flexora.optimiser.lion;

import io.flexora.testkit.TrainerSuite;

/** The trainer trains by it as by any other. */
class LionInTrainerSuiteTest extends TrainerSuite {

  @Override
  protected String configuration() {
    return """
    use: gradient
    optimizer: {use: lion, weight_decay: 0.01}
    learning_rate: 0.02
    per_device_train_batch_size: 4
    max_steps: 60
    """;
  }
}
