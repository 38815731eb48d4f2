package io.flexora.task.regression;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.testkit.TaskSuite;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class RegressionSuiteTest extends TaskSuite {

  @Override
  protected String configuration() {
    return "regression";
  }

  @Override
  protected Map<Split, List<Row>> rows() {
    Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      rows.put(
          split,
          IntStream.range(0, 5)
              .mapToObj(
                  i -> new Row(split + ":" + i, Map.of("text", "text " + i, "target", i * 0.5)))
              .toList());
    }
    return rows;
  }

  @Override
  protected List<String> answerFields() {
    return List.of("target");
  }
}
