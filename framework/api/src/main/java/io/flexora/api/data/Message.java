package io.flexora.api.data;

/**
 * One turn of a conversation.
 *
 * @param role who says it
 * @param content the text of the message
 * @since 0.1
 */
public record Message(Role role, String content) {

  /** The speaker of a turn in a conversation. */
  public enum Role {
    /** Sets the scene. */
    SYSTEM,
    /** Asks. */
    USER,
    /** Answers; these turns are what a model learns to produce. */
    ASSISTANT
  }
}
