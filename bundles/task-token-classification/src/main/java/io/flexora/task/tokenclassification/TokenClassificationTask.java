package io.flexora.task.tokenclassification;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.RowException;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.head.Head;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes an example of the words of a text and their tags from each row. */
@Doc("Tag the words of a text, such as the names of persons and places in it.")
final class TokenClassificationTask implements PredictionTask {

  private static final Pattern TAG = Pattern.compile("O|[BI]-.+");
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.0)?");

  private final TokenClassificationOptions options;
  private final Notices notices;

  @Inject
  TokenClassificationTask(TokenClassificationOptions options, Notices notices) {
    this.options = options;
    this.notices = notices;
    List<String> classes = options.classes().orElse(List.of());
    classes.stream()
        .filter(tag -> !TAG.matcher(tag).matches())
        .findFirst()
        .ifPresent(tag -> refuseClasses("'%s' is no tag of IOB2".formatted(tag)));
    if (options.classes().isPresent() && !classes.contains(TagsHead.OUTSIDE)) {
      refuseClasses("there is no tag O, which words outside of entities have");
    }
    if (Set.copyOf(classes).size() != classes.size()) {
      refuseClasses("a tag is listed twice");
    }
  }

  private static void refuseClasses(String why) {
    throw new IncompatibleOptionException(
        "classes", why + "; list each tag once, such as [O, B-PER, I-PER]");
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    List<String> moved = new ArrayList<>();
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(
          split,
          rows.getOrDefault(split, List.of()).stream()
              .map(row -> hasWords(row) ? ofWords(row, true) : ofText(row, moved))
              .toList());
    }
    if (!moved.isEmpty()) {
      notices.add(
          "task token_classification: spans that began or ended within a word were extended to"
              + " whole words in %d rows, the first of them %s"
                  .formatted(moved.size(), moved.get(0)));
    }
    TagsHead head = new TagsHead(options.classes().orElseGet(() -> tags(splits.get(Split.TRAIN))));
    splits.values().forEach(examples -> examples.forEach(e -> requireKnown(e, head)));
    return new Examples(head, splits);
  }

  private List<String> tags(List<Example> training) {
    Set<String> types = new TreeSet<>();
    for (Example example : training) {
      TaggedWords.of(example).orElseThrow().tags().stream()
          .filter(tag -> !tag.equals(TagsHead.OUTSIDE))
          .forEach(tag -> types.add(tag.substring(2)));
    }
    if (types.isEmpty()) {
      throw new IncompatibleOptionException(
          "tags",
          "no training row has an entity; look at the fields '%s' and '%s'"
              .formatted(options.tags(), options.spans()));
    }
    return Stream.concat(
            Stream.of(TagsHead.OUTSIDE),
            types.stream().flatMap(type -> Stream.of("B-" + type, "I-" + type)))
        .toList();
  }

  private static void requireKnown(Example example, TagsHead head) {
    for (String tag : TaggedWords.of(example).orElseThrow().tags()) {
      if (!head.names().contains(tag)) {
        throw new RowException(
            example.id(),
            "row %s: the tag '%s' is in no training row; name all tags in 'classes', or remove the row"
                .formatted(example.id(), tag));
      }
    }
  }

  /** Whether a row is read by its words; one without a text, too, so that its words are missed. */
  private boolean hasWords(Row row) {
    RowFields fields = new RowFields(row);
    return fields.has(options.words()) || !fields.has(options.text());
  }

  private static List<String> texts(RowFields fields, String field) {
    Object value = fields.value(field);
    return value instanceof List<?>
        ? fields.asTexts(field, value, 1)
        : Arrays.stream(fields.text(field).split(" ")).filter(text -> !text.isEmpty()).toList();
  }

  private Example ofWords(Row row, boolean tagged) {
    RowFields fields = new RowFields(row);
    List<String> words = RowFields.named("words", () -> texts(fields, options.words()));
    List<Head.Word> places = new ArrayList<>();
    int begin = 0;
    for (String word : words) {
      if (word.isBlank()) {
        throw fields.bad("word %d is empty".formatted(places.size() + 1));
      }
      places.add(new Head.Word(begin, begin + word.length()));
      begin += word.length() + 1;
    }
    if (words.isEmpty()) {
      throw fields.bad("field '%s' has no word".formatted(options.words()));
    }
    return Example.measured(
        row.origin(),
        String.join(" ", words),
        new TaggedWords(places, tagged ? tags(row, words) : List.of()));
  }

  private List<String> tags(Row row, List<String> words) {
    RowFields fields = new RowFields(row);
    List<String> written =
        RowFields.named("tags", () -> texts(fields, options.tags())).stream()
            .map(tag -> named(fields, tag))
            .toList();
    if (written.size() != words.size()) {
      throw fields.bad("it has %d words, but %d tags".formatted(words.size(), written.size()));
    }
    for (int i = 0; i < written.size(); i++) {
      if (!TAG.matcher(written.get(i)).matches()) {
        throw fields.bad(
            "the tag '%s' of word %d ('%s') is neither O nor B-TYPE or I-TYPE, as in IOB2"
                .formatted(written.get(i), i + 1, words.get(i)));
      }
    }
    return written;
  }

  private String named(RowFields fields, String tag) {
    if (!NUMBER.matcher(tag).matches()) {
      return tag;
    }
    List<String> classes = options.classes().orElse(List.of());
    double index = Double.parseDouble(tag);
    if (index >= classes.size()) {
      throw fields.bad(
          "the tag %s is a number, and 'classes' lists %d tags; list there the tags that numbers"
                  .formatted(tag, classes.size())
              + " from 0 on stand for");
    }
    return classes.get((int) index);
  }

  private Example ofText(Row row, List<String> moved) {
    RowFields fields = new RowFields(row);
    String text = RowFields.named("text", () -> fields.filledText(options.text()));
    List<Head.Word> words = Spans.words(text);
    Spans spans = Spans.of(fields, options.spans(), text);
    if (spans.cutsWord(words)) {
      moved.add(row.origin());
    }
    return Example.measured(row.origin(), text, new TaggedWords(words, spans.tags(fields, words)));
  }

  @Override
  public List<Example> questions(List<Row> rows, Head head) {
    return rows.stream()
        .map(
            row -> {
              if (hasWords(row)) {
                return ofWords(row, false);
              }
              String text =
                  RowFields.named("text", () -> new RowFields(row).filledText(options.text()));
              return Example.measured(
                  row.origin(), text, new TaggedWords(Spans.words(text), List.of()));
            })
        .toList();
  }

  /** The field of rows without words. */
  @Override
  public Optional<String> textField() {
    return Optional.of(options.text());
  }

  @Override
  public Head head(Head.Saved saved) {
    return TagsHead.of(saved);
  }
}
