package io.flexora.api.input;

import io.flexora.api.data.Message;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link Tokenizer} of a model that generates text.
 *
 * @since 0.1
 */
@ConsumerType
public interface TextTokenizer extends Tokenizer {

  /** The token ids of a plain text to go on with, the model's token of beginning included. */
  int[] prompt(String text);

  /** Whether the model knows conversations: whether it has a chat template. */
  boolean hasChatTemplate();

  /**
   * The token ids of a conversation that the assistant is to go on with.
   *
   * @throws io.flexora.api.run.FlexoraException if the model has no chat template, or the template
   *     refuses the conversation
   */
  int[] prompt(List<Message> conversation);

  /** The text of token ids, without special tokens. */
  String text(int[] ids);

  /** The tokens that end a text or a turn. */
  Set<Integer> stopTokens();
}
