package io.flexora.transformers.token;

import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.run.FlexoraException;
import io.flexora.jinja.dialect.Rendered;
import io.flexora.jinja.dialect.Rendered.TextSpan;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/** Turns conversations into token ids. */
final class ChatEncoder {
  private final NativeTokenizer tokenizer;
  private final TextEncoder encoder;
  private final ChatTemplate template;
  private final Collection<String> specials;
  private final boolean prefixed;

  /**
   * @param specials the texts of the special tokens
   * @param prefixed whether the token of beginning is put in front of what the template writes
   */
  ChatEncoder(
      NativeTokenizer tokenizer,
      TextEncoder encoder,
      ChatTemplate template,
      Collection<String> specials,
      boolean prefixed) {
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.template = template;
    this.specials = specials;
    this.prefixed = prefixed;
  }

  /** The ids of a conversation that the assistant is to go on with. */
  int[] prompt(List<Message> messages) {
    String text = template.render(messages, true);
    return TextEncoder.join(prefix(text), tokenizer.ids(text));
  }

  /** The number of tokens of a conversation. */
  int length(List<Message> messages) {
    String text = template.render(messages, false);
    return prefix(text).length + tokenizer.ids(text).length;
  }

  /**
   * The tokens of a conversation, those of the assistant marked: what {@code generation} blocks of
   * the template write, as by transformers, or where it has none, the assistant's turns.
   *
   * @throws FlexoraException if the template refuses the conversation or hides the last answer
   */
  MarkedTokens marked(List<Message> messages) {
    Rendered rendered = template.rendered(messages, false);
    return rendered.generated().isEmpty()
        ? marked(rendered.text(), turns(messages, rendered.text()))
        : marked(rendered.text(), rendered.generated());
  }

  private List<TextSpan> turns(List<Message> messages, String text) {
    return AnswerSpans.of(template, specials, messages, text);
  }

  private MarkedTokens marked(String text, List<TextSpan> spans) {
    Encoded encoded = tokenizer.encode(text);
    int[] prefix = prefix(text);
    boolean[] answer = new boolean[prefix.length + encoded.ids().length];
    for (TextSpan span : spans) {
      mark(encoded, span, prefix.length, answer);
    }
    return new MarkedTokens(TextEncoder.join(prefix, encoded.ids()), answer);
  }

  /** Marks the tokens from the first to the last that stand for a part of the span. */
  private static void mark(Encoded encoded, TextSpan span, int offset, boolean[] answer) {
    int first = -1;
    int last = -1;
    for (int i = 0; i < encoded.ids().length; i++) {
      if (encoded.ends()[i] > span.from() && encoded.starts()[i] < span.to()) {
        first = first < 0 ? i : first;
        last = i;
      }
    }
    if (first >= 0) {
      Arrays.fill(answer, offset + first, offset + last + 1, true);
    }
  }

  private int[] prefix(String text) {
    return prefixed ? encoder.prefixOf(text) : new int[0];
  }

  /** The token that ends a turn of the assistant, if the template writes a special one there. */
  OptionalInt endOfTurn(Collection<Integer> special) {
    List<Message> talk = List.of(new Message(Role.USER, "a"), new Message(Role.ASSISTANT, "b"));
    try {
      String text = template.render(talk, false);
      MarkedTokens marked = marked(text, turns(talk, text));
      int last = marked.ids().length == 0 ? -1 : marked.ids()[marked.ids().length - 1];
      return special.contains(last) ? OptionalInt.of(last) : OptionalInt.empty();
    } catch (FlexoraException e) {
      // The template wants another conversation; whoever gives it one will hear of it.
      return OptionalInt.empty();
    }
  }
}
