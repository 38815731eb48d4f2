package io.flexora.task.instruction;

import io.flexora.api.data.Example;
import io.flexora.api.data.Examples;
import io.flexora.api.data.Message;
import io.flexora.api.data.Role;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.data.Task;
import io.flexora.api.plugin.Doc;
import io.flexora.task.instruction.InstructionOptions.Format;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
        row.row().origin(), new Conversation(row, withSystem(said)).turns());
  }

  private Format format(RowFields row) {
    if (options.format() != Format.AUTO) {
      return options.format();
    }
    if (row.has(options.turns().orElse("messages"))) {
      return options.turns().isPresent() ? formOfTurns(row) : Format.MESSAGES;
    }
    if (row.has("conversations")) {
      return Format.SHAREGPT;
    }
    if (row.has(options.instruction()) && row.has(options.output())) {
      return Format.ALPACA;
    }
    throw row.failure(
        ("has neither '%s' with '%s', nor 'conversations', nor 'messages'; its fields are"
                + " %s. Name the fields in the options of the task")
            .formatted(options.instruction(), options.output(), row.names()));
  }

  /** Turns in a field of the user's own are in the form of the first of them. */
  private Format formOfTurns(RowFields row) {
    List<?> turns = row.list(options.turns().orElseThrow());
    return !turns.isEmpty() && turns.get(0) instanceof Map<?, ?> turn && turn.get("from") != null
        ? Format.SHAREGPT
        : Format.MESSAGES;
  }

  private List<Message> turns(RowFields row, String turns, String role, String content) {
    return new TurnList(
            row,
            options.turns().orElse(turns),
            options.role().orElse(role),
            options.content().orElse(content))
        .messages();
  }

  private List<Message> withSystem(List<Message> said) {
    boolean own = said.stream().anyMatch(message -> message.role() == Role.SYSTEM);
    List<Message> messages = new ArrayList<>(said);
    options
        .system()
        .filter(text -> !own && !text.isBlank())
        .ifPresent(text -> messages.add(0, new Message(Role.SYSTEM, text)));
    return messages;
  }
}
