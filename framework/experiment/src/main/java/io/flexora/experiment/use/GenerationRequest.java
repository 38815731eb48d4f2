package io.flexora.experiment.use;

import java.util.Optional;

/**
 * A text to continue, and the options of its sampling.
 *
 * @param prompt what is said to the model
 * @param system what comes before it in a conversation, for models that know such a turn
 * @param form whether the prompt is a turn of a conversation
 * @param maxTokens the most tokens to generate; fewer where the model takes fewer
 * @param temperature sampling temperature; 0 for the most likely token
 * @param topP the probability of the smallest set of tokens that is drawn from
 * @param seed the seed of the draws
 * @since 0.1
 */
public record GenerationRequest(
    String prompt,
    Optional<String> system,
    PromptForm form,
    int maxTokens,
    double temperature,
    double topP,
    long seed) {

  /** The form of a prompt. */
  public enum PromptForm {
    /** A turn of a conversation if the model has a chat template, else a text to go on with. */
    AUTO,
    /** A turn of a conversation. */
    CHAT,
    /** A text to go on with. */
    PLAIN
  }
}
