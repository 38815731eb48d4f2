package io.flexora.transformers.token;

import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens of a conversation. One that is too long loses its oldest exchanges whole, but neither what
 * the system says in front of them nor the last exchange; if that one alone is too long, the text
 * of its user is cut from the left. Where a conversation has several last answers, each of them is
 * a choice, and earlier turns of the assistant belong to the prompt.
 */
final class ConversationTokens {
  private final ChatEncoder encoder;
  private final int maxTokens;

  ConversationTokens(ChatEncoder encoder, int maxTokens) {
    this.encoder = encoder;
    this.maxTokens = maxTokens;
  }

  /**
   * Makes the tokens of an example.
   *
   * @throws FlexoraException if the template refuses the conversation, or its last answer does not
   *     fit
   */
  Tokens tokens(Example example) {
    List<String> answers = example.choices();
    List<MarkedTokens> whole = marked(example.messages(), answers);
    List<Message> messages = example.messages();
    while (!fits(messages, answers) && nextExchange(messages) > 0) {
      messages = withoutOldestExchange(messages);
    }
    List<Message> fitting =
        fits(messages, answers) ? messages : withShorterQuestion(messages, answers);
    List<MarkedTokens> marked =
        fitting.equals(example.messages()) ? whole : marked(fitting, answers);
    if (marked.stream().anyMatch(m -> m.first() == 0)) {
      throw new IncompatibleOptionException(
          "chat_template",
          "the chat template writes no token in front of the answer. Take another chat_template");
    }
    int lost = longest(whole) - longest(marked);
    if (answers.size() == 1) {
      MarkedTokens only = marked.get(0);
      return new Tokens(example, only.prompt(), List.of(only.continuation()), lost);
    }
    return PromptAnswer.example(example, marked.stream().map(MarkedTokens::last).toList(), lost);
  }

  /** The conversation with each of its last answers. */
  private static List<List<Message>> variants(List<Message> messages, List<String> answers) {
    return answers.size() == 1
        ? List.of(messages)
        : answers.stream().map(answer -> withLast(messages, answer)).toList();
  }

  private static List<Message> withLast(List<Message> messages, String answer) {
    List<Message> changed = new ArrayList<>(messages);
    changed.set(changed.size() - 1, new Message(Role.ASSISTANT, answer));
    return changed;
  }

  private List<MarkedTokens> marked(List<Message> messages, List<String> answers) {
    return variants(messages, answers).stream().map(encoder::marked).toList();
  }

  private static int longest(List<MarkedTokens> marked) {
    return marked.stream().mapToInt(tokens -> tokens.ids().length).max().orElse(0);
  }

  private boolean fits(List<Message> messages, List<String> answers) {
    return variants(messages, answers).stream()
        .allMatch(variant -> encoder.length(variant) <= maxTokens);
  }

  /** Where the second exchange begins, or -1 if there is only one. */
  private static int nextExchange(List<Message> messages) {
    boolean asked = false;
    for (int i = 0; i < messages.size(); i++) {
      boolean asks = messages.get(i).role() == Role.USER;
      if (asks && asked && messages.get(i - 1).role() != Role.USER) {
        return i;
      }
      asked |= asks;
    }
    return -1;
  }

  private static List<Message> withoutOldestExchange(List<Message> messages) {
    List<Message> kept = new ArrayList<>();
    if (messages.get(0).role() == Role.SYSTEM) {
      kept.add(messages.get(0));
    }
    kept.addAll(messages.subList(nextExchange(messages), messages.size()));
    return kept;
  }

  private List<Message> withShorterQuestion(List<Message> messages, List<String> answers) {
    int question = messages.size() - 1;
    while (question >= 0 && messages.get(question).role() != Role.USER) {
      question--;
    }
    int length = question < 0 ? 0 : codePoints(messages.get(question).content());
    int least = 0;
    int most = length;
    while (least < most) {
      int cut = (least + most) / 2;
      if (fits(cut(messages, question, cut), answers)) {
        most = cut;
      } else {
        least = cut + 1;
      }
    }
    List<Message> shorter = length == 0 ? messages : cut(messages, question, least);
    if (least == length || !fits(shorter, answers)) {
      throw new IncompatibleOptionException(
          "max_tokens",
          ("the last answer does not fit into a sequence of %d tokens with what the chat template"
                  + " writes around it, which takes %d. Raise max_tokens if the model takes more, or"
                  + " leave such rows out, as by the dataset's where")
              .formatted(
                  maxTokens,
                  variants(shorter, answers).stream().mapToInt(encoder::length).max().orElse(0)));
    }
    return shorter;
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  private static List<Message> cut(List<Message> messages, int question, int codePoints) {
    List<Message> shorter = new ArrayList<>(messages);
    String content = messages.get(question).content();
    String kept = content.substring(content.offsetByCodePoints(0, codePoints));
    shorter.set(question, new Message(Role.USER, kept));
    return shorter;
  }
}
