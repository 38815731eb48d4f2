package io.flexora.task.instruction;

import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.data.RowFields;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.task.instruction.PreferenceTaskOptions.RowForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A row with a preferred and a rejected answer, in one of the usual forms: those of TRL (a prompt
 * and answers as texts or as turns; or two texts or conversations that begin alike) and those of
 * LLaMA-Factory (instruction and input, or conversations, with two answers).
 *
 * @param row the row
 * @param options the names of its fields
 */
record PreferenceRow(RowFields row, PreferenceTaskOptions options) {

  private static final String INSTRUCTION = "instruction";
  private static final String INPUT = "input";
  private static final String CONVERSATIONS = "conversations";
  private static final String SYSTEM = "system";

  /** The example. */
  Example example() {
    if (row.value(options.chosen()) instanceof List<?> turns && turns.size() > 1) {
      return ofTwoConversations();
    }
    if (row.has(options.prompt())) {
      return hasTurns(options.prompt())
          ? ofTurns(turns(options.prompt()))
          : ofText(row.filledText(options.prompt()));
    }
    if (row.has(INSTRUCTION)) {
      String input = row.optionalText(INPUT).orElse("");
      String instruction = row.filledText(INSTRUCTION);
      String asked = input.isBlank() ? instruction : instruction + "\n" + input;
      return options.form() == RowForm.TEXT ? text(asked) : chat(user(asked));
    }
    if (row.has(CONVERSATIONS)) {
      return ofTurns(turns(CONVERSATIONS));
    }
    return ofTwoTexts();
  }

  /** Whether turns stand in a field, rather than a text. */
  private boolean hasTurns(String field) {
    Object value = row.value(field);
    return value instanceof List || value instanceof Map;
  }

  private Example ofText(String prompt) {
    boolean texts = !hasTurns(options.chosen());
    return options.form() == RowForm.TEXT || (options.form() == RowForm.AUTO && texts)
        ? text(prompt)
        : chat(user(prompt));
  }

  private Example ofTurns(List<Message> asked) {
    if (options.form() == RowForm.TEXT) {
      throw new IncompatibleOptionException(
          "form",
          "row %s: what is asked is a list of turns, which form: text cannot show. Write form: chat"
              .formatted(row.row().origin()));
    }
    return chat(asked);
  }

  private static List<Message> user(String text) {
    return List.of(new Message(Role.USER, text));
  }

  private Example text(String prompt) {
    return text(prompt, answer(options.chosen()), answer(options.rejected()));
  }

  private Example text(String prompt, String chosen, String rejected) {
    refuseSame(chosen, rejected);
    return new Example(
        row.row().origin(),
        List.of(prompt),
        options.delimiter().orElse(""),
        List.of(chosen, rejected),
        0,
        List.of());
  }

  private Example chat(List<Message> asked) {
    return chat(asked, answer(options.chosen()), answer(options.rejected()));
  }

  private Example chat(List<Message> asked, String chosen, String rejected) {
    refuseSame(chosen, rejected);
    List<Message> said = new ArrayList<>(asked);
    if (said.stream().noneMatch(message -> message.role() == Role.SYSTEM)) {
      row.optionalText(SYSTEM)
          .or(options::system)
          .filter(system -> !system.isBlank())
          .ifPresent(system -> said.add(0, new Message(Role.SYSTEM, system)));
    }
    said.add(new Message(Role.ASSISTANT, chosen));
    List<Message> turns = new ChatTurns(row, said).turns();
    if (!turns.get(turns.size() - 1).content().equals(chosen)) {
      throw row.bad("what is asked ends with a turn of the assistant's");
    }
    return Example.preference(
        row.row().origin(), turns.subList(0, turns.size() - 1), chosen, rejected);
  }

  private void refuseSame(String chosen, String rejected) {
    if (chosen.equals(rejected)) {
      throw row.bad(
          "fields '%s' and '%s' say the same, so nothing is preferred"
              .formatted(options.chosen(), options.rejected()));
    }
  }

  /** The text of an answer, which may stand in a turn of the assistant's. */
  private String answer(String field) {
    if (!hasTurns(field)) {
      return row.filledText(field);
    }
    List<Message> turns =
        row.value(field) instanceof Map<?, ?> turn
            ? new TurnList(row, List.of(turn), field).messages()
            : turns(field);
    if (turns.size() != 1 || turns.get(0).role() != Role.ASSISTANT) {
      throw row.bad(
          "field '%s' has %d turns; an answer to what is asked is one turn of the assistant's"
              .formatted(field, turns.size()));
    }
    if (turns.get(0).content().isBlank()) {
      throw row.bad("field '%s' is empty".formatted(field));
    }
    return turns.get(0).content();
  }

  private List<Message> turns(String field) {
    return new TurnList(row, TurnList.in(row, field), field).messages();
  }

  /** As TRL finds the prompt of two texts: what they have in common, without a space at its end. */
  private Example ofTwoTexts() {
    if (hasTurns(options.chosen())) {
      throw row.bad(
          "nothing is asked: it has neither '%s' nor '%s' nor '%s'; its fields are %s"
              .formatted(options.prompt(), INSTRUCTION, CONVERSATIONS, names()));
    }
    String chosen = row.filledText(options.chosen());
    String rejected = row.filledText(options.rejected());
    refuseSame(chosen, rejected);
    int common = common(chosen, rejected);
    String prompt = chosen.substring(0, common);
    if (prompt.isBlank() || common == chosen.length() || common == rejected.length()) {
      throw row.bad(
          ("it has neither '%s' nor '%s' nor '%s', and '%s' and '%s' are not two texts that begin"
                  + " alike and end differently; its fields are %s")
              .formatted(
                  options.prompt(),
                  INSTRUCTION,
                  CONVERSATIONS,
                  options.chosen(),
                  options.rejected(),
                  names()));
    }
    return options.form() == RowForm.CHAT
        ? chat(user(prompt), chosen.substring(common), rejected.substring(common))
        : text(prompt, chosen.substring(common), rejected.substring(common));
  }

  private String names() {
    return String.join(", ", row.row().names());
  }

  private static int common(String one, String other) {
    int least = Math.min(one.length(), other.length());
    int common = 0;
    while (common < least && one.charAt(common) == other.charAt(common)) {
      common++;
    }
    boolean between =
        common > 0
            && (one.charAt(common - 1) == ' ' || Character.isHighSurrogate(one.charAt(common - 1)));
    return between ? common - 1 : common;
  }

  /** Both answers are conversations, which differ in the last turn. */
  private Example ofTwoConversations() {
    List<Message> chosen = turns(options.chosen());
    List<Message> rejected = turns(options.rejected());
    int last = chosen.size() - 1;
    if (last < 1
        || rejected.size() != chosen.size()
        || !chosen.subList(0, last).equals(rejected.subList(0, last))
        || chosen.get(last).role() != Role.ASSISTANT
        || rejected.get(last).role() != Role.ASSISTANT) {
      throw row.bad(
          "'%s' and '%s' are not two conversations that differ in the last turn, the assistant's"
              .formatted(options.chosen(), options.rejected()));
    }
    return chat(chosen.subList(0, last), chosen.get(last).content(), rejected.get(last).content());
  }
}
