package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.task.Examples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with what others asked of real rows; needs flexora.reference and flexora.data. */
class RealDataTest {
  private static final String REFERENCE = System.getProperty("flexora.reference", "");
  private static final String DATA = System.getProperty("flexora.data", "");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hellaswag",
        "piqa",
        "winogrande",
        "race_middle",
        "race_high",
        "commonsense_qa",
        "boolq",
        "arc_easy",
        "arc_challenge",
        "openbookqa",
        "social_iqa",
        "sciq",
        "sst2"
      })
  void asksTheRealRowsAsTheHarness(String name) throws IOException {
    assumeTrue(!REFERENCE.isEmpty(), "flexora.reference is not set");
    assumeTrue(!DATA.isEmpty(), "flexora.data is not set");
    Path folder = Path.of(DATA, name.equals("commonsense_qa") ? "commonsenseqa" : name);
    Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
    rows.put(Split.TRAIN, rows(folder.resolve("train.jsonl")));
    rows.put(Split.TEST, rows(folder.resolve("validation.jsonl")));
    Examples examples = References.task(name, References.first(0)).examples(rows);
    for (Split split : rows.keySet()) {
      assertThat(examples.of(split)).hasSameSizeAs(rows.get(split));
    }
    JsonNode reference =
        References.JSON.readTree(Path.of(REFERENCE, "lm-eval.json").toFile()).get(name);
    if (reference != null) {
      Example first = examples.of(Split.TEST).get(0);
      References.assertAsked(first, reference.get("first_prompt_and_continuations"));
      reference.get("examples").forEach(e -> assertRight(examples.of(Split.TEST), e));
    }
  }

  /** The hashes are of what the authors' f-strings and label maps make of the same rows. */
  @ParameterizedTest
  @CsvSource({
    "arc_easy, 2365, 6878a48e5e7563541ecc26ab7c740c60b556419f93bf1d237874e91454e3484d",
    "arc_challenge, 1165, 7884c9e80433aa3dd35983e131abc7e8943a4323f0bc8f8f3b8044ed37a5dc84",
    "openbookqa, 500, 4eed89f6d1b90dcd968a02a2e0b72d080808014a7d737f4b49f9fd700cdcfeb4",
    "winogrande, 1267, 00ccc1b848f388c3e1479c62cf9d93acab7105da290ab0dea989cf00df4d21c2",
    "boolq, 1000, 96a3060837bdfb6453acfb11df33e2d62efaeb7cdd65e8561d2756aa3744faa7"
  })
  void asksTheRealRowsAsTheAuthorsOfLaplaceLora(String name, int asked, String sha256)
      throws IOException, NoSuchAlgorithmException {
    assumeTrue(!DATA.isEmpty(), "flexora.data is not set");
    List<Row> rows =
        rows(Path.of(DATA, name, "validation.jsonl")).stream()
            .filter(RealDataTest::hasFourChoicesOrNone)
            .toList();
    List<Example> examples =
        References.task("laplace_" + name, References.first(0))
            .examples(Map.of(Split.TEST, rows))
            .of(Split.TEST);
    assertThat(examples).hasSize(asked);
    String lines =
        examples.stream()
            .map(e -> e.prompt() + "\t" + e.label() + "\n")
            .collect(Collectors.joining());
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(hash)).isEqualTo(sha256);
  }

  private static boolean hasFourChoicesOrNone(Row row) {
    return !(row.fields().get("choices") instanceof Map<?, ?> choices)
        || ((List<?>) choices.get("text")).size() == 4;
  }

  /** The harness's acc says whether its likeliest choice is the right one. */
  private static void assertRight(List<Example> examples, JsonNode reference) {
    Example example = examples.get(reference.get("row").asInt());
    JsonNode likelihoods = reference.get("loglikelihoods");
    int best = 0;
    for (int i = 1; i < likelihoods.size(); i++) {
      best = likelihoods.get(i).asDouble() > likelihoods.get(best).asDouble() ? i : best;
    }
    assertThat(best == example.label())
        .as("whether the likeliest choice of %s is right", example.id())
        .isEqualTo(reference.get("acc").asInt() == 1);
  }

  private static List<Row> rows(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String origin = file.getFileName() + ":" + (rows.size() + 1);
      rows.add(References.row(origin, References.JSON.readTree(line)));
    }
    return rows;
  }
}
