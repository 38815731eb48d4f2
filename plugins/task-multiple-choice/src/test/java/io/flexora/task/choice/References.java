package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.run.Seeds;
import io.flexora.api.task.Task;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What lm-evaluation-harness made of rows, and how to compare with it. */
final class References {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Seeds SEEDS = new Seeds(5);

  private References() {}

  static JsonNode resource(String name) throws IOException {
    try (InputStream in = References.class.getResourceAsStream(name)) {
      return JSON.readTree(in);
    }
  }

  static Path file(String resource) {
    try {
      return Path.of(References.class.getResource(resource).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Task task(String name, ShotOptions options) {
    return switch (name) {
      case "hellaswag" -> new HarnessTasks.Hellaswag(options, SEEDS);
      case "piqa" -> new HarnessTasks.Piqa(options, SEEDS);
      case "winogrande" -> new HarnessTasks.Winogrande(options, SEEDS);
      case "race", "race_middle", "race_high" -> new RaceTask(options, SEEDS);
      case "commonsense_qa" -> new HarnessTasks.CommonsenseQa(options, SEEDS);
      case "boolq" -> new HarnessTasks.Boolq(options, SEEDS);
      case "arc_easy" -> new HarnessTasks.ArcEasy(options, SEEDS);
      case "arc_challenge" -> new HarnessTasks.ArcChallenge(options, SEEDS);
      case "openbookqa" -> new HarnessTasks.Openbookqa(options, SEEDS);
      case "social_iqa" -> new HarnessTasks.SocialIqa(options, SEEDS);
      case "sciq" -> new HarnessTasks.Sciq(options, SEEDS);
      case "sst2" -> new HarnessTasks.Sst2(options, SEEDS);
      case "laplace_arc_easy" -> new LaplaceTasks.ArcEasy(options, SEEDS);
      case "laplace_arc_challenge" -> new LaplaceTasks.ArcChallenge(options, SEEDS);
      case "laplace_openbookqa" -> new LaplaceTasks.Openbookqa(options, SEEDS);
      case "laplace_winogrande" -> new LaplaceTasks.Winogrande(options, SEEDS);
      case "laplace_boolq" -> new LaplaceTasks.Boolq(options, SEEDS);
      default -> throw new IllegalArgumentException(name);
    };
  }

  static Task byFile(Path file, Optional<Integer> fewshot, Optional<FewshotSampler> sampler) {
    return new MultipleChoiceTask(options(file, fewshot, sampler), SEEDS, notice -> {});
  }

  static ChoiceOptions options(
      Path file, Optional<Integer> fewshot, Optional<FewshotSampler> sampler) {
    return new ChoiceOptions(
        Optional.of(file),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        fewshot,
        sampler,
        Optional.empty());
  }

  static ShotOptions first(int fewshot) {
    return new ShotOptions(fewshot, FewshotSampler.FIRST);
  }

  static List<Row> rows(String split, JsonNode documents) {
    List<Row> rows = new ArrayList<>();
    documents.forEach(d -> rows.add(row(split + ".jsonl:" + (rows.size() + 1), d)));
    return rows;
  }

  static Row row(String origin, JsonNode document) {
    Map<String, Object> fields = new HashMap<>();
    document
        .properties()
        .forEach(e -> fields.put(e.getKey(), JSON.convertValue(e.getValue(), Object.class)));
    return new Row(origin, fields);
  }

  /** Compares with the harness's pairs of context and continuation, one for each choice. */
  static void assertAsked(Example example, JsonNode requests) {
    assertThat(example.choices()).hasSize(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      assertThat(example.prompt(i)).isEqualTo(requests.get(i).get(0).asText());
      assertThat(example.delimiter() + example.choices().get(i))
          .isEqualTo(requests.get(i).get(1).asText());
    }
  }
}
