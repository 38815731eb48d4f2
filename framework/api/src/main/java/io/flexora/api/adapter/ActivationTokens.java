package io.flexora.api.adapter;

/**
 * A choice of the tokens of the calibration examples.
 *
 * @since 0.1
 */
public enum ActivationTokens {
  /** Every token that is no padding. */
  ALL,

  /**
   * The tokens of the answers that are learnt, as they enter the model; all tokens where a head
   * classifies the text.
   */
  ANSWERS
}
