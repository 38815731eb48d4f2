package io.flexora.api.data;

/**
 * The speaker of a turn in a conversation.
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
