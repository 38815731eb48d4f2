package io.flexora.transformers.token;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files in Hugging Face form that say how a model reads text.
 *
 * @param tokenizer {@code tokenizer.json}
 * @param configuration {@code tokenizer_config.json}: the names of special tokens, and often the
 *     chat template
 * @param chatTemplate {@code chat_template.jinja} or {@code chat_template.json}; goes before the
 *     template in the configuration
 * @param generation {@code generation_config.json}: the tokens that end a text
 * @param model {@code config.json}: the same where the others do not say it
 * @since 0.1
 */
public record TokenizerFiles(
    Path tokenizer,
    Optional<Path> configuration,
    Optional<Path> chatTemplate,
    Optional<Path> generation,
    Optional<Path> model) {}
