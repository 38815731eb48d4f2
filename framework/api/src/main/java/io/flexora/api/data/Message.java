package io.flexora.api.data;

/**
 * One turn of a conversation.
 *
 * @param role who says it
 * @param content what is said
 * @since 0.1
 */
public record Message(Role role, String content) {}
