package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.task.Examples;
import io.flexora.api.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with the requests that lm-evaluation-harness 0.4.13 made of the same invented rows. */
class HarnessReferenceTest {

  static Stream<String> named() throws IOException {
    return References.resource("tasks.json").properties().stream().map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("named")
  void asksWithoutShotsAsTheHarness(String name) throws IOException {
    JsonNode reference = References.resource("tasks.json").get(name);
    check(References.task(name, References.first(0)), reference.get("rows"), reference);
  }

  @ParameterizedTest
  @MethodSource("named")
  void asksWithShotsAsTheHarness(String name) throws IOException {
    JsonNode reference = References.resource("tasks.json").get(name);
    int shots = reference.get("train").size();
    checkShots(References.task(name, References.first(shots)), reference, reference);
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "prompts", "fields", "mapping"})
  void asksByATaskFileAsTheHarness(String name) throws IOException {
    JsonNode reference = References.resource("files.json");
    JsonNode asked = reference.get("files").get("ponds_" + name + ".yaml");
    check(byFile(name, Optional.of(0)), reference.get("rows"), asked);
    checkShots(
        byFile(name, name.equals("words") ? Optional.empty() : Optional.of(1)), reference, asked);
  }

  @Test
  void showsTheSamplesOfATaskFileAsTheHarness() throws IOException {
    JsonNode reference = References.resource("files.json");
    checkShots(
        References.byFile(
            References.file("tasks/ponds_samples.yaml"), Optional.empty(), Optional.empty()),
        reference,
        reference.get("files").get("ponds_samples.yaml"));
  }

  private static Task byFile(String name, Optional<Integer> fewshot) {
    Path file = References.file("tasks/ponds_" + name + ".yaml");
    Optional<FewshotSampler> sampler =
        name.equals("words") ? Optional.empty() : Optional.of(FewshotSampler.FIRST);
    return References.byFile(file, fewshot, sampler);
  }

  private static void check(Task task, JsonNode documents, JsonNode reference) {
    List<Row> rows = References.rows("test", documents);
    List<Example> asked = task.examples(Map.of(Split.TEST, rows)).of(Split.TEST);
    assertThat(asked).hasSize(reference.get("plain").size());
    for (int i = 0; i < asked.size(); i++) {
      JsonNode expected = reference.get("plain").get(i);
      References.assertAsked(asked.get(i), expected.get("requests"));
      assertThat(asked.get(i).label()).isEqualTo(expected.get("gold").asInt());
    }
  }

  private static void checkShots(Task task, JsonNode rows, JsonNode reference) {
    Examples examples =
        task.examples(
            Map.of(
                Split.TRAIN, References.rows("train", rows.get("train")),
                Split.TEST, References.rows("test", rows.get("test"))));
    References.assertAsked(
        examples.of(Split.TEST).get(0), reference.get("shots").get(0).get("requests"));
  }
}
