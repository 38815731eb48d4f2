package io.flexora.transformers.token;

import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.jinja.dialect.Rendered.TextSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Finds what the assistant says in the text of a conversation. A turn begins where the conversation
 * up to it ends when the assistant's header is asked for, and ends where the conversation with it
 * ends; white space behind its last special token does not belong to it. Some templates write a
 * turn in another way than they ask for it, cut thoughts from it, or write earlier turns in another
 * way than the last one: there a turn is what changes when the assistant says something else in it.
 */
final class AnswerSpans {
  /**
   * What else is said. Neither begins or ends as the other, so that an answer, whatever it is,
   * differs from one of them in its first character and from one in its last.
   */
  private static final List<String> OTHER_WORDS = List.of("Vqjx", "Wzkp");

  private final ChatTemplate template;
  private final Collection<String> specials;
  private final List<Message> messages;
  private final String text;

  private AnswerSpans(
      ChatTemplate template, Collection<String> specials, List<Message> messages, String text) {
    this.template = template;
    this.specials = specials;
    this.messages = messages;
    this.text = text;
  }

  /**
   * Finds the assistant's turns.
   *
   * @param specials the texts of the special tokens
   * @param text the whole conversation as the template writes it
   * @return their places in order; the last turn is always among them
   * @throws FlexoraException if the last turn cannot be found, or the template leaves nothing of it
   */
  static List<TextSpan> of(
      ChatTemplate template, Collection<String> specials, List<Message> messages, String text) {
    return new AnswerSpans(template, specials, messages, text).spans();
  }

  private List<TextSpan> spans() {
    int last = messages.size() - 1;
    TextSpan said = lastSaid(last);
    int begin = begin(last, said);
    TextSpan lastTurn = new TextSpan(begin, withoutSpaceBehindToken(begin, text.length()));
    String ending = text.substring(Math.min(said.to(), lastTurn.to()), lastTurn.to());
    List<TextSpan> spans = new ArrayList<>();
    for (int i = 0; i < last; i++) {
      if (messages.get(i).role() == Role.ASSISTANT) {
        earlierTurn(i, ending).ifPresent(spans::add);
      }
    }
    spans.add(lastTurn);
    return spans;
  }

  private TextSpan lastSaid(int index) {
    TextSpan said =
        said(index)
            .orElseThrow(
                () ->
                    new IncompatibleOptionException(
                        "chat_template",
                        "the chat template changes what is said, so that the last answer cannot"
                            + " be told from what is in front of it. Take another chat_template,"
                            + " such as chatml or alpaca"));
    if (said.from() == said.to() && !messages.get(index).content().isBlank()) {
      throw new FlexoraException(
          "the chat template leaves nothing of the last answer, as if all of it were a thought."
              + " Write what is to be answered behind it, or remove the row");
    }
    return said;
  }

  private Optional<TextSpan> earlierTurn(int index, String ending) {
    return said(index).map(said -> new TextSpan(begin(index, said), end(index, said, ending)));
  }

  /**
   * Where a turn begins: behind the header that is asked for, or where what is said begins. A
   * header that the template always writes does not belong to a turn.
   */
  private int begin(int index, TextSpan said) {
    List<Message> before = messages.subList(0, index);
    Optional<String> told = prefix(before, false);
    Optional<String> asked = prefix(before, true);
    if (asked.isPresent()) {
      int header = asked.get().length();
      boolean onlySpace = text.substring(header, Math.max(header, said.from())).isBlank();
      if (!asked.equals(told) || onlySpace) {
        return header;
      }
    }
    return Math.max(said.from(), told.map(String::length).orElse(0));
  }

  /** Where an earlier turn ends: as the conversation up to it does, else as the last turn does. */
  private int end(int index, TextSpan said, String ending) {
    return prefix(messages.subList(0, index + 1), false)
        .map(String::length)
        .filter(end -> end >= said.to())
        .map(end -> withoutSpaceBehindToken(said.from(), end))
        .orElse(said.to() + (text.startsWith(ending, said.to()) ? ending.length() : 0));
  }

  /** The conversation up to a turn, if the whole conversation begins with its text. */
  private Optional<String> prefix(List<Message> part, boolean answerNext) {
    return rendered(part, answerNext).filter(text::startsWith);
  }

  private Optional<String> rendered(List<Message> conversation, boolean answerNext) {
    try {
      return Optional.of(template.render(conversation, answerNext));
    } catch (FlexoraException e) {
      return Optional.empty();
    }
  }

  /** What the template makes of a message: what changes in the text with what is said in it. */
  private Optional<TextSpan> said(int index) {
    int head = text.length();
    int tail = text.length();
    for (String words : OTHER_WORDS) {
      Optional<String> other = withOther(words, index);
      if (other.isEmpty()) {
        return Optional.empty();
      }
      head = Math.min(head, commonHead(text, other.get()));
      tail = Math.min(tail, commonTail(text, other.get()));
    }
    return Optional.of(new TextSpan(head, Math.max(head, text.length() - tail)));
  }

  /** The conversation with other words in place of a message, if it shows them once. */
  private Optional<String> withOther(String words, int index) {
    String unused = words;
    while (text.contains(unused)) {
      unused += words;
    }
    List<Message> changed = new ArrayList<>(messages);
    changed.set(index, new Message(messages.get(index).role(), unused));
    String shown = unused;
    return rendered(changed, false)
        .filter(t -> t.contains(shown) && t.indexOf(shown) == t.lastIndexOf(shown));
  }

  private static int commonHead(String one, String other) {
    int differs = Arrays.mismatch(one.toCharArray(), other.toCharArray());
    return differs < 0 ? one.length() : differs;
  }

  private static int commonTail(String one, String other) {
    int most = Math.min(one.length(), other.length());
    int same = 0;
    while (same < most
        && one.charAt(one.length() - 1 - same) == other.charAt(other.length() - 1 - same)) {
      same++;
    }
    return same;
  }

  private int withoutSpaceBehindToken(int from, int to) {
    String turn = text.substring(from, to).stripTrailing();
    return specials.stream().anyMatch(turn::endsWith) ? from + turn.length() : to;
  }
}
