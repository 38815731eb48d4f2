package io.flexora.comparison.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changed files of each form are judged or refused, and nothing else happens.
 * -Dflexora.test.mutants=10000 tries more of them; -Dflexora.test.seed=N replays a test that
 * failed.
 */
class JudgeMutationTest {

  private static final int MUTANTS = Integer.getInteger("flexora.test.mutants", 300);
  private static final long SEED = Long.getLong("flexora.test.seed", 20_261_202L);
  private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|[0-9.]+|[a-z]+");
  private static final List<String> STRANGE =
      List.of(
          "NaN",
          "1e999",
          "1e308",
          "-1",
          "-0",
          "",
          "null",
          "[]",
          "{}",
          "[1,2]",
          "\"",
          "\"\"\"",
          "99999999999999999999",
          "true",
          "\0",
          "\n",
          ",",
          "\t",
          "1e-320");

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void isJudgedOrRefused() throws IOException {
    int judged = 0;
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      Path place = folder.resolve(Integer.toString(i));
      Map<String, String> files = files(i % 4);
      List<String> names = List.copyOf(files.keySet());
      files.compute(names.get(random.nextInt(names.size())), (name, text) -> mutant(text));
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = place.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      try {
        ResultJudge.of(List.of(place.toString()), options());
        judged++;
      } catch (FlexoraException e) {
        assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(3000);
        refused++;
      } catch (RuntimeException e) {
        fail("-Dflexora.test.seed=%d, mutant %d: %s".formatted(SEED, i, files), e);
      }
    }
    assertThat(judged).isPositive();
    assertThat(refused).isPositive();
  }

  private JudgeOptions options() {
    return new JudgeOptions(
        "judgement",
        Optional.empty(),
        random.nextBoolean() ? OptionalDouble.of(0.01) : OptionalDouble.empty(),
        Optional.empty(),
        random.nextBoolean() ? Optional.of("model") : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        random.nextBoolean(),
        OptionalLong.empty());
  }

  /** The text with one to three words, or parts, in place of which there is something else. */
  private String mutant(String text) {
    String changed = text;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      List<MatchResult> words = WORD.matcher(changed).results().toList();
      int from = random.nextInt(changed.length() + 1);
      int to = Math.min(changed.length(), from + random.nextInt(40));
      if (random.nextBoolean() && !words.isEmpty()) {
        MatchResult word = words.get(random.nextInt(words.size()));
        from = word.start();
        to = word.end();
      }
      String strange = STRANGE.get(random.nextInt(STRANGE.size()));
      changed = changed.substring(0, from) + strange + changed.substring(to);
    }
    return changed;
  }

  private static Map<String, String> files(int form) {
    return switch (form) {
      case 0 ->
          new TreeMap<>(Map.of("rows.csv", table("%s,%d,%d,%d", "strategy,seed,example,value")));
      case 1 ->
          new TreeMap<>(
              Map.of(
                  "rows.jsonl",
                  table(
                      "{\"strategy\": \"%s\", \"seed\": %d, \"example\": %d, \"value\": %d.5}",
                      "")));
      case 2 -> harness();
      default -> new TreeMap<>(Map.of("one.json", peft("one"), "two.json", peft("two")));
    };
  }

  private static String table(String row, String header) {
    List<String> rows = new ArrayList<>(List.of(header));
    for (String strategy : List.of("one", "two")) {
      for (int example = 0; example < 8; example++) {
        rows.add(row.formatted(strategy, example / 4, example % 4, example % 2));
      }
    }
    return String.join("\n", rows) + "\n";
  }

  private static Map<String, String> harness() {
    Map<String, String> files = new TreeMap<>();
    for (String name : List.of("one", "two")) {
      StringBuilder samples = new StringBuilder();
      for (int doc = 0; doc < 4; doc++) {
        samples.append(
            "{\"doc_id\": %d, \"doc\": {\"q\": \"?\"}, \"filter\": \"none\", \"metrics\": [\"acc\"], \"doc_hash\": \"ab%d\", \"acc\": %d.0}\n"
                .formatted(doc, doc, doc % 2));
      }
      files.put(name + "/samples_piqa_2026-01-02T03-04-05.6.jsonl", samples.toString());
      files.put(
          name + "/results_2026-01-02T03-04-05.6.json",
          """
          {"results": {"piqa": {"acc,none": 0.5}, "boolq": {"acc,none": 0.625, "acc_stderr,none": 0.02}},
           "group_subtasks": {"piqa": []}, "higher_is_better": {"piqa": {"acc": true}},
           "n-samples": {"boolq": {"original": 9, "effective": 8}},
           "config": {"model_args": "pretrained=tiny,dtype=float32"}, "model_name": "%s"}
          """
              .formatted(name));
    }
    return files;
  }

  private static String peft(String name) {
    return """
    {"run_info": {"experiment_name": "%s", "train_config": {"model_id": "tiny", "seed": 0}},
     "train_info": {"train_time": 12.5, "num_trainable_params": 1000, "status": "success",
       "metrics": [{"step": 1, "valid accuracy": 0.5}, {"step": 2, "test accuracy": 0.48218347}]},
     "meta_info": {"dataset_info": {"trained": {}, "tested": {}}}}
    """
        .formatted(name);
  }
}
