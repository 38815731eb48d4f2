package io.flexora.api.input;

import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Turns examples into tokens as one model wants them. Needs none of the model's weights.
 *
 * @since 0.1
 */
@ConsumerType
public interface Tokenizer extends AutoCloseable {

  /**
   * Turns an example into tokens. A text that is too long is cut, never in its answer.
   *
   * @param example the example
   * @param head the reader of the tokens: its texts as wholes, or without a head prompts and
   *     choices
   * @throws io.flexora.api.data.RowException if an answer alone is longer than the model takes
   */
  Tokens tokens(Example example, Head head);

  /** The texts of token ids, one for each, for a person to read. */
  List<String> texts(int[] ids);

  /** Frees the tokenizer. */
  @Override
  void close();
}
