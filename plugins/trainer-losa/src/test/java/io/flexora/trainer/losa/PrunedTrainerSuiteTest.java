package io.flexora.trainer.losa;

import io.flexora.testkit.TrainerSuite;

/** On the suite's least squares, which have nothing to prune. */
class PrunedTrainerSuiteTest extends TrainerSuite {

  @Override
  protected String configuration() {
    return """
        use: pruned
        sparsity: 0
        learning_rate: 0.05
        per_device_train_batch_size: 4
        num_train_epochs: 4
        evaluation_steps: 5
        """;
  }
}
