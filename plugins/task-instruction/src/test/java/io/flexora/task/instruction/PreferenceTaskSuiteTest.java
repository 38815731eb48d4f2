package io.flexora.task.instruction;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.testkit.TaskSuite;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class PreferenceTaskSuiteTest extends TaskSuite {

  @Override
  protected String configuration() {
    return "preference";
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
    return i % 2 == 0
        ? Map.of("prompt", "Count to " + i + ":", "chosen", " " + i, "rejected", " no")
        : Map.of(
            "chosen",
            List.of(turn("user", "And " + i + "?"), turn("assistant", "That is " + i)),
            "rejected",
            List.of(turn("user", "And " + i + "?"), turn("assistant", "No")));
  }

  private static Map<String, String> turn(String role, String content) {
    return Map.of("role", role, "content", content);
  }
}
