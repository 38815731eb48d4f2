package io.flexora.task.instruction;

import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.data.RowFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A row with a list of turns.
 *
 * @param row the row
 * @param list the turns
 * @param turns the field of the list
 * @param role the field of a turn that says whose it is
 * @param content the field of a turn that holds what is said
 */
record TurnList(RowFields row, List<?> list, String turns, String role, String content) {
  private static final Map<String, Role> ROLES =
      new TreeMap<>(
          Map.of(
              "system", Role.SYSTEM,
              "user", Role.USER,
              "human", Role.USER,
              "assistant", Role.ASSISTANT,
              "gpt", Role.ASSISTANT));

  /** Turns of the fields role and content or, where the first has that, from and value. */
  TurnList(RowFields row, List<?> list, String turns) {
    this(
        row,
        list,
        turns,
        isShareGpt(list) ? "from" : "role",
        isShareGpt(list) ? "value" : "content");
  }

  private static boolean isShareGpt(List<?> list) {
    return !list.isEmpty() && list.get(0) instanceof Map<?, ?> turn && turn.get("from") != null;
  }

  /**
   * The list in a field.
   *
   * @throws io.flexora.api.run.FlexoraException if the row has no such field, or no list in it
   */
  static List<?> in(RowFields row, String field) {
    Object value = row.value(field);
    if (value instanceof List<?> list) {
      return list;
    }
    throw row.wrong(field, "a list", value);
  }

  /** What is said, in order. */
  List<Message> messages() {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      messages.add(message(list.get(i), turns + "[" + i + "]"));
    }
    return messages;
  }

  private Message message(Object value, String where) {
    if (!(value instanceof Map<?, ?> turn)) {
      throw row.wrong(where, "an object with '%s' and '%s'".formatted(role, content), value);
    }
    return new Message(role(turn, where), text(turn, content, where));
  }

  private Role role(Map<?, ?> turn, String where) {
    String name = text(turn, role, where);
    Role known = ROLES.get(name);
    if (known == null) {
      throw row.wrong(where + "." + role, "one of " + String.join(", ", ROLES.keySet()), name);
    }
    return known;
  }

  private String text(Map<?, ?> turn, String field, String where) {
    if (!turn.containsKey(field)) {
      throw row.bad(
          "'%s' has no '%s'; it has %s"
              .formatted(
                  where,
                  field,
                  turn.keySet().stream()
                      .map(String::valueOf)
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
    return row.asText(where + "." + field, turn.get(field));
  }
}
