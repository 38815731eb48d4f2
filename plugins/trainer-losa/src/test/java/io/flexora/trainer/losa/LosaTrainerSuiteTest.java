package io.flexora.trainer.losa;

import io.flexora.testkit.TrainerSuite;

/**
 * On the suite's least squares, which have nothing to prune: the periods, and what is kept of them.
 */
class LosaTrainerSuiteTest extends TrainerSuite {

  @Override
  protected String configuration() {
    return """
        use: losa
        sparsity: 0
        sparsity_steps: 3
        average_ranks: []
        learning_rate: 0.05
        per_device_train_batch_size: 4
        num_train_epochs: 4
        evaluation_steps: 5
        """;
  }
}
