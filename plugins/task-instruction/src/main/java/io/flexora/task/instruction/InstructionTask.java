package io.flexora.task.instruction;

import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.data.Row;
import io.flexora.api.data.RowException;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.task.Examples;
import io.flexora.api.task.Task;
import io.flexora.task.instruction.InstructionOptions.RowFormat;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a conversation of each row. */
@Doc("Learn to answer instructions and conversations, written in the model's chat template.")
final class InstructionTask implements Task {
  private final InstructionOptions options;

  @Inject
  InstructionTask(InstructionOptions options) {
    this.options = options;
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<Row> ofSplit = rows.getOrDefault(split, List.of());
      splits.put(split, ofSplit.stream().map(row -> example(new RowFields(row))).toList());
    }
    return new Examples(List.of(), splits);
  }

  private Example example(RowFields row) {
    List<Message> said =
        switch (format(row)) {
          case ALPACA -> new AlpacaRow(row, options).messages();
          case SHAREGPT -> turns(row, "conversations", "from", "value");
          default -> turns(row, "messages", "role", "content");
        };
    return Example.conversation(
        row.row().origin(), new ChatTurns(row, withSystem(row, said)).turns());
  }

  private RowFormat format(RowFields row) {
    if (options.format() != RowFormat.AUTO) {
      return options.format();
    }
    if (row.has(options.turns().orElse("messages"))) {
      return options.turns().isPresent() ? formOfTurns(row) : RowFormat.MESSAGES;
    }
    if (row.has("conversations")) {
      return RowFormat.SHAREGPT;
    }
    if (row.has(options.instruction()) && row.has(options.output())) {
      return RowFormat.ALPACA;
    }
    throw new RowException(
        row.row().origin(),
        ("row %s has neither '%s' with '%s', nor 'conversations', nor 'messages'; its fields are"
                + " %s. Name the fields in the options of the task")
            .formatted(
                row.row().origin(),
                options.instruction(),
                options.output(),
                String.join(", ", row.row().names())));
  }

  /** Turns in a field of the user's own are in the form of the first of them. */
  private RowFormat formOfTurns(RowFields row) {
    List<?> turns = TurnList.in(row, options.turns().orElseThrow());
    return !turns.isEmpty() && turns.get(0) instanceof Map<?, ?> turn && turn.get("from") != null
        ? RowFormat.SHAREGPT
        : RowFormat.MESSAGES;
  }

  private List<Message> turns(RowFields row, String turns, String role, String content) {
    String field = options.turns().orElse(turns);
    return new TurnList(
            row,
            TurnList.in(row, field),
            field,
            options.role().orElse(role),
            options.content().orElse(content))
        .messages();
  }

  /**
   * The system's words are the conversation's own, else those of the row's field, else usual ones.
   */
  private List<Message> withSystem(RowFields row, List<Message> said) {
    Optional<String> field =
        row.optionalText(options.systemField()).filter(text -> !text.isBlank());
    Optional<String> turn =
        said.stream()
            .filter(m -> m.role() == Role.SYSTEM && !m.content().isBlank())
            .map(Message::content)
            .findFirst();
    if (turn.isPresent()) {
      field.filter(text -> !text.equals(turn.get())).ifPresent(text -> refuseBoth(row));
      return said;
    }
    List<Message> messages = new ArrayList<>(said);
    field
        .or(() -> options.system().filter(text -> !text.isBlank()))
        .ifPresent(text -> messages.add(0, new Message(Role.SYSTEM, text)));
    return messages;
  }

  private void refuseBoth(RowFields row) {
    throw new IncompatibleOptionException(
        "system_field",
        ("row %s: the system says one thing in a turn and another in field '%s'. Remove one of"
                + " them, or name another field by system_field")
            .formatted(row.row().origin(), options.systemField()));
  }
}
