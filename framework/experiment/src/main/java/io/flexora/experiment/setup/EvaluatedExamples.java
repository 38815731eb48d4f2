package io.flexora.experiment.setup;

/**
 * The examples that a cell is evaluated on.
 *
 * @since 0.1
 */
public enum EvaluatedExamples {
  /** The test split. */
  TEST,
  /** The part of the validation split that is set aside to judge the trials of a tuning. */
  TUNING
}
