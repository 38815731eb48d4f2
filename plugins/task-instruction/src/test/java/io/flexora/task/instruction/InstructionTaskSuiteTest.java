package io.flexora.task.instruction;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.testkit.TaskSuite;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class InstructionTaskSuiteTest extends TaskSuite {

  @Override
  protected String configuration() {
    return "instruction";
  }

  @Override
  protected Map<Split, List<Row>> rows() {
    return Map.of(
        Split.TRAIN, rows("train", 6), Split.VALIDATION, rows("val", 3), Split.TEST, rows("te", 4));
  }

  private static List<Row> rows(String split, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Row(split + ".jsonl:" + (i + 1), fields(i)))
        .toList();
  }

  private static Map<String, Object> fields(int i) {
    return switch (i % 3) {
      case 0 -> Map.of("instruction", "Count to " + i, "input", "", "output", "0 ... " + i);
      case 1 ->
          Map.of(
              "conversations",
              List.of(
                  Map.of("from", "human", "value", "And " + i + "?"),
                  Map.of("from", "gpt", "value", "That is " + i)));
      default ->
          Map.of(
              "messages",
              List.of(
                  Map.of("role", "system", "content", "Be brief."),
                  Map.of("role", "user", "content", "And " + i + "?"),
                  Map.of("role", "assistant", "content", "" + i)));
    };
  }
}
