package io.flexora.task.choice;

import io.flexora.api.data.Row;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The templates of a task, one for each of the harness's keys.
 *
 * @param fixedChoices the choices of every row, or empty where a template gives them
 * @param choices the template of the choices, where they are not fixed
 */
record Templates(
    Template text,
    List<String> fixedChoices,
    Optional<Template> choices,
    Template target,
    String targetDelimiter,
    String fewshotDelimiter,
    Optional<Template> description) {

  /** Usual delimiters, and the index of the right answer in the field {@code gold}. */
  static Templates of(String text, String choices) {
    return usual(text, List.of(), Optional.of(Template.of("doc_to_choice", choices)), "gold");
  }

  /** The same with fixed choices. */
  static Templates of(String text, List<String> choices) {
    return usual(text, choices, Optional.empty(), "gold");
  }

  /** The same with prompts for choices, all of which a text follows. */
  static Templates withPrompts(String prompts, String continuation) {
    return usual(
        "gold", List.of(), Optional.of(Template.of("doc_to_choice", prompts)), continuation);
  }

  private static Templates usual(
      String text, List<String> fixed, Optional<Template> choices, String target) {
    return new Templates(
        Template.of("doc_to_text", text),
        fixed,
        choices,
        Template.of("doc_to_target", target),
        " ",
        "\n\n",
        Optional.empty());
  }

  /** Whether the text of a row is the number of a choice, so that the choices are prompts. */
  boolean hasPrompts(Row row, Map<String, ?> document) {
    text.refuseMissing(row, document);
    Object value = text.value(row, document);
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Boolean
        || (value instanceof String digits && !text.isField(document) && digits.matches("\\d+"));
  }

  /**
   * The question of a row.
   *
   * @param prompts whether the choices are prompts
   * @param answered whether to find the right choices; the first stands for them otherwise
   */
  Question question(Row row, Map<String, ?> document, boolean prompts, boolean answered) {
    String before = description.map(d -> d.value(row, document)).map(Object::toString).orElse("");
    List<String> answers = choices.isPresent() ? choices.get().list(row, document) : fixedChoices;
    if (!prompts) {
      List<Integer> right = answered ? Targets.right(row, target, document, answers) : List.of(0);
      return new Question(
          before, List.of(text.text(row, document)), targetDelimiter, answers, right);
    }
    List<Integer> right = answered ? Targets.right(row, text, document, answers) : List.of(0);
    List<String> same = Collections.nCopies(answers.size(), target.text(row, document));
    return new Question(before, answers, targetDelimiter, same, right);
  }
}
