package io.flexora.transformers.token;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files in Hugging Face form that say how a model reads text.
 *
 * @param tokenizer {@code tokenizer.json}
 * @param configuration {@code tokenizer_config.json}: the names of special tokens, and often the
 *     chat template
 * @param specialTokens {@code special_tokens_map.json}: the names of special tokens in older
 *     checkpoints
 * @param chatTemplate {@code chat_template.jinja} or {@code chat_template.json}; goes before the
 *     template in the configuration
 * @param generation {@code generation_config.json}: the tokens that end a text
 * @param model {@code config.json}: the same where the others do not say it
 * @since 0.1
 */
public record TokenizerFiles(
    Path tokenizer,
    Optional<Path> configuration,
    Optional<Path> specialTokens,
    Optional<Path> chatTemplate,
    Optional<Path> generation,
    Optional<Path> model) {

  /** A tokenizer with those of the files that lie beside it. */
  public static TokenizerFiles beside(Path tokenizer) {
    return new TokenizerFiles(
        tokenizer,
        sibling(tokenizer, "tokenizer_config.json"),
        sibling(tokenizer, "special_tokens_map.json"),
        sibling(tokenizer, "chat_template.jinja"),
        sibling(tokenizer, "generation_config.json"),
        sibling(tokenizer, "config.json"));
  }

  private static Optional<Path> sibling(Path file, String name) {
    return Optional.of(file.resolveSibling(name)).filter(Files::isRegularFile);
  }
}
