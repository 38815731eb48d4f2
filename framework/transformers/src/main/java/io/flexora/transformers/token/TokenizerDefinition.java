package io.flexora.transformers.token;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that a checkpoint says about its tokenizer, whatever the form of its files.
 *
 * @param origin the file it was read from, for messages
 * @param json the tokenizer itself
 * @param bos the token of beginning
 * @param eos the token of end
 * @param addBos whether texts begin with {@code bos}; empty where the tokenizer itself says what it
 *     puts in front of a text
 * @param named the texts of special tokens by name, such as {@code bos_token}, for chat templates
 * @param chatTemplate the text of the chat template
 * @param ends the tokens that end a text or a turn
 */
record TokenizerDefinition(
    String origin,
    TokenizerJson json,
    Optional<SpecialToken> bos,
    Optional<SpecialToken> eos,
    Optional<Boolean> addBos,
    Map<String, Object> named,
    Optional<String> chatTemplate,
    Set<Integer> ends) {

  /** Copies the collections. */
  TokenizerDefinition {
    named = Map.copyOf(named);
    ends = Set.copyOf(ends);
  }
}
