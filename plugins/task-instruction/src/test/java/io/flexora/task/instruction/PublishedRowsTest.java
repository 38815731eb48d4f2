package io.flexora.task.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reads every row of a published dataset; set the system property flexora.data to its folder. */
class PublishedRowsTest {

  @Test
  void readsTheRowsOfDolly() throws IOException {
    String data = System.getProperty("flexora.data");
    assumeTrue(data != null, "flexora.data is not set");
    List<Row> rows = rows(Path.of(data, "dolly_hhrlhf", "train.jsonl"));
    List<Example> examples =
        new InstructionTask(InstructionTaskTest.options(InstructionOptions.RowFormat.AUTO, null))
            .examples(Map.of(Split.TRAIN, rows))
            .of(Split.TRAIN);
    assertThat(examples).hasSameSizeAs(rows).hasSizeGreaterThan(500);
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> fields = rows.get(i).fields();
      assertThat(examples.get(i).choices()).containsExactly((String) fields.get("output"));
      assertThat(examples.get(i).prompt())
          .startsWith((String) fields.get("instruction"))
          .endsWith(Optional.ofNullable((String) fields.get("input")).orElse(""));
    }
  }

  private static List<Row> rows(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Map<String, Object> fields = json.readValue(line, new TypeReference<>() {});
      rows.add(new Row(file.getFileName() + ":" + (rows.size() + 1), fields));
    }
    return rows;
  }
}
