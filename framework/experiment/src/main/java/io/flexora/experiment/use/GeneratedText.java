package io.flexora.experiment.use;

/**
 * A text that a model has generated.
 *
 * @param text the text
 * @param chat whether the prompt was a turn of a conversation
 * @param promptTokens the tokens of the prompt
 * @param tokens the tokens of the text
 * @param finished whether the model itself ended it
 * @param seconds the time that generating took
 * @since 0.1
 */
public record GeneratedText(
    String text, boolean chat, int promptTokens, int tokens, boolean finished, double seconds) {}
