package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.data.Example;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with what lm-evaluation-harness 0.4.13 takes for right; see make_targets.py. */
class TargetsTest {
  private static final List<String> KEYS = List.of("doc_to_text", "doc_to_choice", "doc_to_target");

  @TempDir private Path folder;

  static Stream<JsonNode> cases() throws IOException {
    return StreamSupport.stream(References.resource("targets.json").spliterator(), false);
  }

  private Example asked(JsonNode written) throws IOException {
    ObjectNode keys = ((ObjectNode) written).deepCopy().retain(KEYS);
    keys.put("output_type", "multiple_choice");
    Path file = Files.writeString(folder.resolve("task.yaml"), keys.toString());
    return References.byFile(file, Optional.of(0), Optional.empty())
        .examples(Map.of(Split.TEST, List.of(References.row("pond.jsonl:7", written.get("row")))))
        .of(Split.TEST)
        .get(0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void takesForRightWhatTheHarnessDoes(JsonNode written) throws IOException {
    JsonNode right = written.get("right");
    if (right.isEmpty()) {
      assertThatThrownBy(() -> asked(written))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("row pond.jsonl:7");
      return;
    }
    Example asked = asked(written);
    assertThat(IntStream.range(0, asked.choices().size()).filter(asked::isRight).boxed())
        .containsExactlyElementsOf(
            StreamSupport.stream(right.spliterator(), false).map(JsonNode::asInt).toList());
  }

  @Test
  void saysHowANumberThatIsWrittenAsATextBecomesAnIndex() throws IOException {
    JsonNode written =
        References.JSON.readTree(
            """
            {"doc_to_text": "q?", "doc_to_choice": ["no", "yes"], "doc_to_target": "label",
             "row": {"label": "1"}}""");
    assertThatThrownBy(() -> asked(written))
        .hasMessageContaining("doc_to_target (label) gives '1'")
        .hasMessageContaining("write \"{{label}}\"");
  }
}
