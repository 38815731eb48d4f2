package io.flexora.transformers.token;

import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The cuts that a byte-level tokenizer makes before it merges bytes. A text is cut by one regular
 * expression after the other, each of them on what those before it left; what is between two
 * matches is a piece too.
 *
 * @param names the names that llama.cpp has for it in {@code tokenizer.ggml.pre}
 * @param splits the regular expressions, in order
 * @param composes whether characters are composed first (Unicode form C)
 * @param llama3 whether a piece that is a token is taken whole, whatever the merges are, and texts
 *     begin with the token of beginning where the file does not say it
 */
record PreTokenizer(List<String> names, List<String> splits, boolean composes, boolean llama3) {
  private static final List<PreTokenizer> KNOWN =
      List.of(
          plain("gpt-2 phi-2 olmo mpt exaone4 trillion granite-docling mellum", Splits.GPT_2),
          plain(
              "smollm starcoder refact command-r codeshell exaone minerva-7b",
              "\\p{N}",
              Splits.GPT_2),
          plain("default", "[\\p{P}\\$\\+<=>\\^~\\|]+", Splits.GPT_2, "\\p{N}+", "[0-9][0-9][0-9]"),
          likeLlama3(
              "llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0",
              Splits.words("\\p{N}{1,3}")),
          plain("dbrx smaug-bpe glm4 chatglm-bpe", Splits.words("\\p{N}{1,3}")),
          composing("qwen2 megrez stablelm2", Splits.words("\\p{N}")),
          plain("deepseek-r1-qwen kormo hunyuan solar-open grok-2", Splits.words("\\p{N}")),
          likeLlama3("tekken", Splits.casedWords("", "\\p{N}")),
          plain(
              "gpt-4o llama4 kanana2 minimax-m2",
              Splits.casedWords(Splits.CONTRACTIONS + "?", "\\p{N}{1,3}")),
          plain(
              "deepseek-llm",
              "[\r\n]",
              "\\s?" + Splits.CASED_LETTERS + "+",
              "\\s?[!-/:-~\\x{ff01}-\\x{ff0f}\\x{ff1a}-\\x{ff5e}"
                  + "\\x{2018}-\\x{201f}\\x{3000}-\\x{3002}]+",
              "\\s+$",
              Splits.EAST_ASIAN,
              "\\p{N}"),
          plain(
              "deepseek-coder",
              "[\r\n]",
              "\\s?\\p{L}+",
              "\\s?\\p{P}+",
              Splits.EAST_ASIAN,
              "\\p{N}"),
          plain(
              "deepseek-v3 hunyuan-dense",
              "\\p{N}{1,3}",
              "[\\x{4e00}-\\x{9fa5}\\x{3040}-\\x{30ff}]+",
              "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
                  + "|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*"
                  + "|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"));

  /** Copies the lists. */
  PreTokenizer {
    names = List.copyOf(names);
    splits = List.copyOf(splits);
  }

  private static PreTokenizer plain(String names, String... splits) {
    return new PreTokenizer(List.of(names.split(" ", -1)), List.of(splits), false, false);
  }

  private static PreTokenizer composing(String names, String... splits) {
    return new PreTokenizer(List.of(names.split(" ", -1)), List.of(splits), true, false);
  }

  private static PreTokenizer likeLlama3(String names, String... splits) {
    return new PreTokenizer(List.of(names.split(" ", -1)), List.of(splits), false, true);
  }

  /**
   * Finds a way to cut by its name.
   *
   * @param origin the file that names it, for messages
   * @throws FlexoraException if it is not known
   */
  static PreTokenizer named(String name, String origin) {
    return KNOWN.stream()
        .filter(p -> p.names().contains(name))
        .findFirst()
        .orElseThrow(() -> new FlexoraException(unknown(name, origin)));
  }

  private static String unknown(String name, String origin) {
    String known =
        KNOWN.stream().flatMap(p -> p.names().stream()).sorted().collect(Collectors.joining(", "));
    return "%s: the pre-tokenizer '%s' (tokenizer.ggml.pre) is not known; known are %s. Take the model in Hugging Face form"
        .formatted(origin, name, known);
  }
}
