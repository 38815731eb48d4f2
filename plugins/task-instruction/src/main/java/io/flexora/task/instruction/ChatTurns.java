package io.flexora.task.instruction;

import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.data.RowFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The messages of a row, in the form that chat templates expect: perhaps the system first, then
 * user and assistant in turns, the assistant last. Turns of one role behind each other become one,
 * with an empty line in between.
 *
 * @param row the row
 * @param said what is said, in order
 */
record ChatTurns(RowFields row, List<Message> said) {

  /**
   * The turns.
   *
   * @throws io.flexora.api.run.FlexoraException if the row is no such conversation
   */
  List<Message> turns() {
    List<Message> turns = joined();
    int last = turns.size() - 1;
    int first = last >= 0 && turns.get(0).role() == Role.SYSTEM ? 1 : 0;
    if (last < first) {
      throw row.bad("nobody asks and nobody answers");
    }
    expect(turns.get(first), Role.USER, "the first turn");
    expect(turns.get(last), Role.ASSISTANT, "the last turn");
    turns.subList(first, last + 1).forEach(this::expectNoSystem);
    return turns;
  }

  private void expect(Message turn, Role role, String which) {
    if (turn.role() != role) {
      throw row.bad(
          "%s is the %s's; it has to be the %s's, for answers are learnt to what was asked"
              .formatted(which, name(turn.role()), name(role)));
    }
  }

  private void expectNoSystem(Message turn) {
    if (turn.role() == Role.SYSTEM) {
      throw row.bad("the system speaks later than first");
    }
  }

  private List<Message> joined() {
    List<Message> turns = new ArrayList<>();
    for (Message message : said) {
      if (message.content().isBlank()) {
        if (message.role() != Role.SYSTEM) {
          throw row.bad("the %s says nothing in a turn".formatted(name(message.role())));
        }
      } else if (!turns.isEmpty() && turns.get(turns.size() - 1).role() == message.role()) {
        Message before = turns.remove(turns.size() - 1);
        turns.add(new Message(message.role(), before.content() + "\n\n" + message.content()));
      } else {
        turns.add(message);
      }
    }
    return turns;
  }

  private static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
