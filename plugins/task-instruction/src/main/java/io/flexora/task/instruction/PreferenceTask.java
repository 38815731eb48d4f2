package io.flexora.task.instruction;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.plugin.Doc;
import io.flexora.api.task.Examples;
import io.flexora.api.task.Task;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Makes of each row a question with a preferred and a rejected answer. */
@Doc("Learn which of two answers is preferred, from rows with chosen and rejected ones.")
final class PreferenceTask implements Task {

  private final PreferenceTaskOptions options;

  @Inject
  PreferenceTask(PreferenceTaskOptions options) {
    this.options = options;
  }

  @Override
  public Examples examples(Map<Split, List<Row>> rows) {
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<Row> ofSplit = rows.getOrDefault(split, List.of());
      splits.put(
          split,
          ofSplit.stream()
              .map(row -> new PreferenceRow(new RowFields(row), options).example())
              .toList());
    }
    return new Examples(List.of(), splits);
  }
}
