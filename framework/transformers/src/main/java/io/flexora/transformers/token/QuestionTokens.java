package io.flexora.transformers.token;

import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Tokens of a question and its choices, where lm-evaluation-harness draws the line between them
 * ({@code TemplateLM._encode_pair}): an answer's tokens are those of prompt and answer together
 * behind as many as the prompt alone has, in front of them stands the prompt alone, and white space
 * at the end of a prompt belongs to the answer.
 */
final class QuestionTokens {
  private final TextEncoder encoder;
  private final int maxTokens;

  QuestionTokens(TextEncoder encoder, int maxTokens) {
    this.encoder = encoder;
    this.maxTokens = maxTokens;
  }

  /**
   * Makes the tokens of an example.
   *
   * @throws FlexoraException if an answer has no tokens, or does not fit with one token in front,
   *     or a text is too long to be read at once
   */
  Tokens tokens(Example example) {
    // Choices mostly share a prompt, which may be long.
    Map<String, int[]> contexts = new HashMap<>();
    List<PromptAnswer> whole =
        IntStream.range(0, example.choices().size())
            .mapToObj(i -> whole(example, i, contexts))
            .toList();
    int cut =
        IntStream.range(0, whole.size()).map(i -> cut(example, i, whole.get(i))).max().orElse(0);
    List<PromptAnswer> fitting = whole.stream().map(w -> cut == 0 ? w : cut(w, cut)).toList();
    return PromptAnswer.example(example, fitting, cut);
  }

  private PromptAnswer whole(Example example, int choice, Map<String, int[]> contexts) {
    String prompt = example.prompt(choice);
    String context = withoutTrailingSpace(prompt);
    String answer =
        prompt.substring(context.length()) + example.delimiter() + example.choices().get(choice);
    int[] head = context.isEmpty() ? new int[0] : contexts.computeIfAbsent(context, encoder::ids);
    PromptAnswer whole =
        head.length == 0
            ? afterNothing(context + answer)
            : after(head, encoder.ids(context + answer));
    if (whole.ids().length == whole.prompt()) {
      throw new FlexoraException(
          "%s has no token of its own behind the prompt. Write a text there, or remove the row"
              .formatted(name(example, choice)));
    }
    return whole;
  }

  private static PromptAnswer after(int[] prompt, int[] whole) {
    int from = Math.min(prompt.length, whole.length);
    int[] answer = Arrays.copyOfRange(whole, from, whole.length);
    return new PromptAnswer(TextEncoder.join(prompt, answer), prompt.length);
  }

  private PromptAnswer afterNothing(String answer) {
    int[] ids = encoder.bare(answer);
    int first =
        encoder
            .first()
            .map(SpecialToken::id)
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "it has no prompt, and the tokenizer has neither a token of beginning nor"
                            + " one of end to put in front of the answer. Give the task a prompt"));
    boolean there = ids.length > 0 && ids[0] == first;
    return new PromptAnswer(there ? ids : TextEncoder.join(new int[] {first}, ids), 1);
  }

  /** How many tokens a prompt is to lose. */
  private int cut(Example example, int choice, PromptAnswer whole) {
    int over = Math.max(0, whole.ids().length - maxTokens);
    if (over > removable(whole)) {
      throw new IncompatibleOptionException(
          "max_tokens",
          ("%s has %d tokens, which with one token in front of it is more than the %d of a"
                  + " sequence. Raise max_tokens if the model takes more, or remove the row")
              .formatted(name(example, choice), whole.ids().length - whole.prompt(), maxTokens));
    }
    return over;
  }

  private PromptAnswer cut(PromptAnswer whole, int tokens) {
    return whole.without(Math.min(tokens, removable(whole)), beginning(whole));
  }

  private int removable(PromptAnswer whole) {
    return whole.prompt() - Math.max(1, beginning(whole));
  }

  private int beginning(PromptAnswer whole) {
    return Math.min(whole.prompt(), encoder.beginning(whole.ids()));
  }

  private static String name(Example example, int choice) {
    return "answer %d of %d".formatted(choice + 1, example.choices().size());
  }

  private static String withoutTrailingSpace(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** White space as Python's {@code str.rstrip} knows it: with no-break spaces and U+0085. */
  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
