package io.flexora.api.data;

import io.flexora.api.data.Message.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One question with its possible answers and the right one, or one conversation.
 *
 * @param id the origin of the row
 * @param prompts the text in front of each choice: one for all of them, or one for each; the whole
 *     text where a head reads it
 * @param delimiter the text between a prompt and a choice, such as a space; it belongs to the
 *     answer, but not to the choice's length
 * @param choices the texts of the answers; the names of the classes where the task has classes; a
 *     single text where the task is to produce it; empty where nothing is chosen
 * @param label the index of the right answer in {@code choices}; of several right ones the first,
 *     which is learnt where the likelihood of an answer is; 0 where there are no choices
 * @param alsoRight the indices of further right answers, any of which counts as right; mostly empty
 * @param messages the turns of a conversation whose assistant turns are to be produced, the last of
 *     them the assistant's; prompts and choices then only tell a person what it is about, but for
 *     several choices, which are last turns to choose among. Empty where the example is a question
 * @param target the number or text that an answer is measured against; empty where that is the
 *     right choice
 * @param second the second text of a pair, such as a hypothesis, which a head reads together with
 *     the prompt as its first; empty where it reads the prompt alone
 * @param fields the fields of the row that it was made from, by name, as {@link Row#fields} has
 *     them, for metrics that read some; empty where nobody will measure it, as in training
 * @since 0.1
 */
public record Example(
    String id,
    List<String> prompts,
    String delimiter,
    List<String> choices,
    int label,
    List<Integer> alsoRight,
    List<Message> messages,
    Optional<Target> target,
    Optional<String> second,
    Map<String, Object> fields) {

  /**
   * Copies the lists and the fields.
   *
   * @throws IllegalArgumentException if there is neither one prompt nor one for each choice
   * @throws IndexOutOfBoundsException if the label, or a further right answer, is not the index of
   *     a choice
   */
  public Example {
    prompts = List.copyOf(prompts);
    choices = List.copyOf(choices);
    alsoRight = List.copyOf(alsoRight);
    messages = List.copyOf(messages);
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    if (label != 0 || !choices.isEmpty()) {
      requireChoice(id, "label", label, choices);
    }
    for (int also : alsoRight) {
      requireChoice(id, "further right answer", also, choices);
    }
    if (prompts.isEmpty()
        || (prompts.size() != 1 && !choices.isEmpty() && prompts.size() != choices.size())) {
      throw new IllegalArgumentException(
          "example %s: %d prompts for %d choices".formatted(id, prompts.size(), choices.size()));
    }
  }

  private static void requireChoice(String id, String what, int index, List<String> choices) {
    if (index < 0 || index >= choices.size()) {
      throw new IndexOutOfBoundsException(
          "example %s: %s %d is none of its %d choices, which count from 0"
              .formatted(id, what, index, choices.size()));
    }
  }

  /** An example whose target is a right choice, without its row's fields. */
  public Example(
      String id,
      List<String> prompts,
      String delimiter,
      List<String> choices,
      int label,
      List<Integer> alsoRight,
      List<Message> messages) {
    this(
        id,
        prompts,
        delimiter,
        choices,
        label,
        alsoRight,
        messages,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** An example with one right answer. */
  public Example(
      String id,
      List<String> prompts,
      String delimiter,
      List<String> choices,
      int label,
      List<Message> messages) {
    this(id, prompts, delimiter, choices, label, List.of(), messages);
  }

  /** A question with one prompt for all choices and nothing in between. */
  public Example(String id, String prompt, List<String> choices, int label) {
    this(id, List.of(prompt), "", choices, label, List.of());
  }

  /** An example without choices, which a head of a task's own learns. */
  public static Example measured(String id, String prompt, Target target) {
    return new Example(id, List.of(prompt), "", List.of(), 0, List.of()).withTarget(target);
  }

  /**
   * A conversation.
   *
   * @param messages at least two turns, the last of them the assistant's
   * @throws IllegalArgumentException if the last turn is not the assistant's
   */
  public static Example conversation(String id, List<Message> messages) {
    int last = messages.size() - 1;
    if (last < 1 || messages.get(last).role() != Role.ASSISTANT) {
      throw new IllegalArgumentException("a conversation ends with a turn of the assistant");
    }
    String asked = messages.get(last - 1).content();
    return new Example(id, List.of(asked), "", List.of(messages.get(last).content()), 0, messages);
  }

  /**
   * A conversation with two last answers, of which one is preferred.
   *
   * @param asked at least one turn, none of which is an answer to learn
   */
  public static Example preference(String id, List<Message> asked, String chosen, String rejected) {
    List<Message> messages = new ArrayList<>(asked);
    messages.add(new Message(Role.ASSISTANT, chosen));
    String prompt = asked.get(asked.size() - 1).content();
    return new Example(id, List.of(prompt), "", List.of(chosen, rejected), 0, messages);
  }

  /**
   * The choices that examples share, so that these are classes; empty where the choices differ, or
   * the prompts in front of them do, or an example has several right ones.
   */
  public static List<String> sharedChoices(List<Example> examples) {
    List<String> first = examples.isEmpty() ? List.of() : examples.get(0).choices();
    boolean shared =
        examples.stream()
            .allMatch(
                e -> e.choices.equals(first) && e.prompts.size() == 1 && e.alsoRight.isEmpty());
    return shared ? first : List.of();
  }

  /** The same measured against a number or text. */
  public Example withTarget(Target other) {
    return with(Optional.of(other), second, fields);
  }

  /** The same with a second text, where there is one. */
  public Example withSecond(Optional<String> text) {
    return with(target, text, fields);
  }

  private Example with(Optional<Target> other, Optional<String> text, Map<String, Object> others) {
    return new Example(
        id, prompts, delimiter, choices, label, alsoRight, messages, other, text, others);
  }

  /** The same with the fields of its row. */
  public Example withFields(Map<String, Object> others) {
    return with(target, second, others);
  }

  /** Whether a choice is a right one. */
  public boolean isRight(int choice) {
    return choice == label || alsoRight.contains(choice);
  }

  /** The prompt that all choices share, or the first choice's. */
  public String prompt() {
    return prompts.get(0);
  }

  /** The prompt in front of a choice. */
  public String prompt(int choice) {
    return prompts.size() == 1 ? prompts.get(0) : prompts.get(choice);
  }
}
