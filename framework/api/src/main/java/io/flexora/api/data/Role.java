package io.flexora.api.data;

/**
 * Who says a turn of a conversation.
 *
 * @since 0.1
 */
public enum Role {
  /** Sets the scene. */
  SYSTEM,
  /** Asks. */
  USER,
  /** Answers; these turns are what a model learns to produce. */
  ASSISTANT
}
