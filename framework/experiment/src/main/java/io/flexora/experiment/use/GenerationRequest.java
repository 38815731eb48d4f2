package io.flexora.experiment.use;

import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A conversation or a text to continue, and the options of its sampling.
 *
 * @param messages the turns so far; as a plain text one of the user
 * @param form whether they are a conversation
 * @param maxTokens the most tokens to generate; fewer where the model takes fewer
 * @param temperature sampling temperature; 0 for the most likely token
 * @param topP the probability of the smallest set of tokens that is drawn from
 * @param seed the seed of the draws
 * @param stops texts that end the answer, which leaves them out
 * @since 0.1
 */
public record GenerationRequest(
    List<Message> messages,
    PromptForm form,
    int maxTokens,
    double temperature,
    double topP,
    long seed,
    List<String> stops) {

  /** Copies the lists. */
  public GenerationRequest {
    messages = List.copyOf(messages);
    stops = List.copyOf(stops);
  }

  /** A request without texts that end the answer. */
  public GenerationRequest(
      List<Message> messages,
      PromptForm form,
      int maxTokens,
      double temperature,
      double topP,
      long seed) {
    this(messages, form, maxTokens, temperature, topP, seed, List.of());
  }

  /** A user's turn, behind the system message if there is one. */
  public static List<Message> turn(String prompt, Optional<String> system) {
    return Stream.concat(
            system.map(text -> new Message(Role.SYSTEM, text)).stream(),
            Stream.of(new Message(Role.USER, prompt)))
        .toList();
  }

  /** The form of a prompt. */
  public enum PromptForm {
    /** A conversation if the model has a chat template, else a text to go on with. */
    AUTO,
    /** A conversation. */
    CHAT,
    /** A text to go on with. */
    PLAIN
  }
}
