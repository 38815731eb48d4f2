package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with whole prompts, written as the authors' code writes them of the same rows. */
class LaplaceTasksTest {

  static Stream<String> named() throws IOException {
    return References.resource("laplace.json").properties().stream().map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("named")
  void asksAsTheAuthors(String name) throws IOException {
    JsonNode reference = References.resource("laplace.json").get(name);
    List<Row> rows = References.rows("test", reference.get("rows"));
    List<Example> asked =
        References.task(name, References.first(0))
            .examples(Map.of(Split.TEST, rows))
            .of(Split.TEST);
    assertThat(asked).hasSize(reference.get("asked").size());
    for (int i = 0; i < asked.size(); i++) {
      Example example = asked.get(i);
      JsonNode expected = reference.get("asked").get(i);
      assertThat(example.prompts()).containsExactly(expected.get("prompt").asText());
      assertThat(example.choices().stream().map(choice -> example.delimiter() + choice))
          .containsExactlyElementsOf(texts(expected.get("answers")));
      assertThat(example.label()).isEqualTo(expected.get("gold").asInt());
    }
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }
}
