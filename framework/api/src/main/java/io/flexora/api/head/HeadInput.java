package io.flexora.api.head;

/**
 * The part of a text that a head reads behind the last layer.
 *
 * @since 0.1
 */
public enum HeadInput {
  /** Nothing: there is no head. */
  NOTHING,
  /**
   * The vector that the model makes of a text: by an encoder's own pooling, else the last token.
   */
  POOLED,
  /** The first token, as BERT's classifiers. */
  FIRST,
  /** The last token, which of a decoder is the one that has seen all of them. */
  LAST,
  /** The mean of all tokens. */
  MEAN,
  /** The first token of each word; words are what spaces separate. */
  WORDS
}
