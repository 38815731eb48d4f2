package io.flexora.api.data;

/**
 * One turn of a conversation.
 *
 * @param role who says it
 * @param content the text of the message
 * @since 0.1
 */
public record Message(Role role, String content) {}
