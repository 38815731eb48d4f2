package io.flexora.task.tokenclassification;

import io.flexora.api.data.RowFields;
import io.flexora.api.head.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Entities of a text by their characters.
 *
 * @param all the entities, none of which are empty
 */
record Spans(List<Span> all) {

  /** A run of letters and digits, or another character; scripts without spaces by character. */
  private static final Pattern WORD =
      Pattern.compile(
          "[\\p{L}\\p{M}\\p{N}_&&[^\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}]]+"
              + "|[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}]\\p{M}*"
              + "|[^\\s\\p{Z}\\p{C}]");

  /** An entity and its place. */
  private record Span(Head.Word place, String type) {

    boolean touches(Head.Word word) {
      return place.begin() < word.end() && word.begin() < place.end();
    }
  }

  /** The words of a text: what spaces separate, and punctuation by itself. */
  static List<Head.Word> words(String text) {
    List<Head.Word> words =
        WORD.matcher(text).results().map(m -> new Head.Word(m.start(), m.end())).toList();
    return words.isEmpty() ? Head.Word.separatedBySpaces(text) : words;
  }

  /**
   * Reads the entities of a row.
   *
   * @throws io.flexora.api.data.RowException if they are written in another form
   */
  static Spans of(RowFields fields, String field, String text) {
    Object value = RowFields.named("spans", () -> fields.value(field));
    if (!(value instanceof List<?> items)) {
      throw wrong(fields, field, value);
    }
    List<Span> spans = new ArrayList<>();
    for (Object item : items) {
      List<?> parts =
          item instanceof Map<?, ?> named
              ? Arrays.asList(named.get("start"), named.get("end"), named.get("label"))
              : item instanceof List<?> listed ? listed : List.of();
      if (parts.size() != 3
          || !(parts.get(0) instanceof Number begin)
          || !(parts.get(1) instanceof Number end)
          || !(parts.get(2) instanceof String type)
          || type.isBlank()) {
        throw wrong(fields, field, item);
      }
      spans.add(new Span(place(fields, text, begin.intValue(), end.intValue()), type));
    }
    return new Spans(List.copyOf(spans));
  }

  private static RuntimeException wrong(RowFields fields, String field, Object value) {
    return fields.wrong(field, "a list of {start, end, label} or [start, end, label]", value);
  }

  /** The place of code points, without white space at its ends. */
  private static Head.Word place(RowFields fields, String text, int begin, int end) {
    if (begin < 0 || begin >= end || end > text.codePointCount(0, text.length())) {
      throw fields.bad(
          "the span from %d to %d is no part of its text of %d characters"
              .formatted(begin, end, text.codePointCount(0, text.length())));
    }
    int from = text.offsetByCodePoints(0, begin);
    int to = text.offsetByCodePoints(from, end - begin);
    while (from < to && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (from < to && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    if (from == to) {
      throw fields.bad("the span from %d to %d is white space".formatted(begin, end));
    }
    return new Head.Word(from, to);
  }

  /** Whether an entity begins or ends within a word. */
  boolean cutsWord(List<Head.Word> words) {
    return all.stream()
        .anyMatch(
            span ->
                words.stream()
                    .filter(span::touches)
                    .anyMatch(
                        word ->
                            word.begin() < span.place().begin()
                                || span.place().end() < word.end()));
  }

  /**
   * The tags of words in IOB2; a word that is in part in an entity belongs to it.
   *
   * @throws io.flexora.api.data.RowException if two entities share a word
   */
  List<String> tags(RowFields fields, List<Head.Word> words) {
    List<String> tags = new ArrayList<>();
    Span last = null;
    for (Head.Word word : words) {
      List<Span> touching = all.stream().filter(span -> span.touches(word)).toList();
      if (touching.size() > 1) {
        throw fields.bad(
            "two spans share the characters %d to %d".formatted(word.begin(), word.end()));
      }
      Span span = touching.isEmpty() ? null : touching.get(0);
      tags.add(span == null ? TagsHead.OUTSIDE : (span.equals(last) ? "I-" : "B-") + span.type());
      last = span;
    }
    return tags;
  }
}
