package io.flexora.api.model;

/**
 * What a language model learns from a question with choices. Where a head classifies the text, the
 * loss is the cross-entropy over the classes whatever is said here.
 *
 * @since 0.1
 */
public enum Objective {
  /**
   * The likelihood of the right answer, of several the first: the mean cross-entropy of its tokens,
   * over all answer tokens of a batch.
   */
  ANSWER,
  /**
   * The choice among the answers: the mean cross-entropy over the choices' log-likelihoods, over
   * the examples of a batch. The probabilities of several right answers are added.
   */
  CHOICES
}
