package io.flexora.task.instruction;

import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.data.RowFields;
import java.util.ArrayList;
import java.util.List;

/**
 * A row with an instruction, perhaps an input, and the output.
 *
 * @param row the row
 * @param options the names of its fields
 */
record AlpacaRow(RowFields row, InstructionOptions options) {

  /** What is said, in order. */
  List<Message> messages() {
    List<Message> messages = new ArrayList<>();
    if (row.has(options.history())) {
      addHistory(messages);
    }
    messages.add(new Message(Role.USER, question()));
    messages.add(new Message(Role.ASSISTANT, row.filledText(options.output())));
    return messages;
  }

  private String question() {
    String instruction = row.filledText(options.instruction());
    String input = row.optionalText(options.input()).orElse("");
    return input.isBlank() ? instruction : instruction + "\n" + input;
  }

  private void addHistory(List<Message> messages) {
    List<?> history = TurnList.in(row, options.history());
    for (int i = 0; i < history.size(); i++) {
      String where = options.history() + "[" + i + "]";
      if (!(history.get(i) instanceof List<?> pair) || pair.size() != 2) {
        throw row.wrong(where, "a list of a question and its answer", history.get(i));
      }
      messages.add(new Message(Role.USER, row.asText(where + "[0]", pair.get(0))));
      messages.add(new Message(Role.ASSISTANT, row.asText(where + "[1]", pair.get(1))));
    }
  }
}
