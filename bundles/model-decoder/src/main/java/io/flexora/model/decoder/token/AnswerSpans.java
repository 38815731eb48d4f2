package io.flexora.model.decoder.token;

import io.flexora.api.data.Message;
import io.flexora.api.data.Role;
import io.flexora.api.run.FlexoraException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Finds what the assistant says in the text of a conversation. A turn begins where the conversation
 * up to it ends when the assistant's header is asked for, and ends where the conversation with it
 * ends; white space behind its last special token does not belong to it. Some templates write
 * earlier turns in another way than the last one: there the turn is looked for by what is said.
 */
final class AnswerSpans {

  /**
   * A part of a text.
   *
   * @param from the index of its first character
   * @param to the index behind its last character
   */
  record Span(int from, int to) {}

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
   * @throws FlexoraException if not even the last turn can be told from what is in front of it
   */
  static List<Span> of(
      ChatTemplate template, Collection<String> specials, List<Message> messages, String text) {
    return new AnswerSpans(template, specials, messages, text).spans();
  }

  private List<Span> spans() {
    int last = messages.size() - 1;
    Span lastTurn = lastTurn(last);
    String ending = text.substring(endOfContent(last, lastTurn), lastTurn.to()).strip();
    List<Span> spans = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < last; i++) {
      if (messages.get(i).role() == Role.ASSISTANT) {
        Optional<Span> turn = earlierTurn(i, from, ending);
        turn.ifPresent(spans::add);
        from = turn.map(Span::to).orElse(from);
      }
    }
    spans.add(lastTurn);
    return spans;
  }

  private Span lastTurn(int index) {
    int from =
        begin(index, 0)
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "the chat template changes what is said, so that the last answer cannot"
                            + " be told from what is in front of it. Take another chat_template,"
                            + " such as chatml or alpaca"));
    return new Span(from, withoutSpaceBehindToken(from, text.length()));
  }

  private Optional<Span> earlierTurn(int index, int searchFrom, String ending) {
    Optional<Integer> begin = begin(index, searchFrom);
    if (begin.isEmpty()) {
      return Optional.empty();
    }
    int from = begin.get();
    int end = prefix(messages.subList(0, index + 1), false).map(String::length).orElse(0);
    return end > from
        ? Optional.of(new Span(from, withoutSpaceBehindToken(from, end)))
        : turnWithEnding(index, from, ending);
  }

  /** A turn that ends as the last one does. */
  private Optional<Span> turnWithEnding(int index, int from, String ending) {
    int content = text.indexOf(said(index), from);
    int behind = content < 0 ? from : content + said(index).length();
    int end = ending.isEmpty() ? -1 : text.indexOf(ending, behind);
    if (end >= 0 && (content < 0 || text.substring(behind, end).isBlank())) {
      return Optional.of(new Span(from, end + ending.length()));
    }
    return content < 0 ? Optional.empty() : Optional.of(new Span(from, behind));
  }

  /**
   * Where a turn begins: behind the header that is asked for, or where what is said begins. A
   * header that the template always writes does not belong to a turn.
   */
  private Optional<Integer> begin(int index, int searchFrom) {
    List<Message> before = messages.subList(0, index);
    Optional<String> asked = prefix(before, true);
    int content = text.indexOf(said(index), asked.map(String::length).orElse(searchFrom));
    if (asked.isEmpty()) {
      return content < 0 ? Optional.empty() : Optional.of(content);
    }
    int header = asked.get().length();
    boolean written = !prefix(before, false).equals(asked);
    boolean onlySpace = content < 0 || text.substring(header, content).isBlank();
    return Optional.of(written || onlySpace ? header : content);
  }

  /** The conversation up to a turn, if the whole conversation begins with its text. */
  private Optional<String> prefix(List<Message> part, boolean answerNext) {
    try {
      return Optional.of(template.render(part, answerNext)).filter(text::startsWith);
    } catch (FlexoraException e) {
      return Optional.empty();
    }
  }

  private String said(int index) {
    return messages.get(index).content().strip();
  }

  private int withoutSpaceBehindToken(int from, int to) {
    String turn = text.substring(from, to).stripTrailing();
    return specials.stream().anyMatch(turn::endsWith) ? from + turn.length() : to;
  }

  private int endOfContent(int index, Span turn) {
    int content = text.lastIndexOf(said(index), turn.to());
    return content < turn.from() ? turn.to() : content + said(index).length();
  }
}
