package io.flexora.distribution.wrong;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.DescribedDecoder;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows, a task and an evaluator that do not go together are told with the place of the data. */
class WrongDataTest {

  private static final String DATASET =
      """
      dataset:
        use: files
        source: "file:%1$s/data"
        train: train
        validation: 2
        test: validation
      task: piqa
      """;

  private static final String EXPERIMENT =
      """
      name: wrong
      device: cpu
      model: {use: decoder, source: "file:%1$s/model"}
      """
          + DATASET
          + """
          adapter: {use: lora, lora_rank: 2}
          selector: all
          trainer: {use: gradient, max_steps: 2}
          """;

  private static final String COMPARISON =
      """
      name: many
      device: cpu
      models:
        small: {use: decoder, source: "file:%1$s/model"}
      tasks:
        physics:
      """
          + DATASET.indent(4)
          + """
          adapter: {use: lora, lora_rank: 2}
          strategies: {all: all, random: {use: random, layers: same}}
          baseline: all
          seeds: [1]
          budget: {hold: layers, layers: 2}
          trainer: {use: gradient, max_steps: 2}
          """;

  @TempDir static Path cache;

  @TempDir Path folder;

  private final List<String> train = new ArrayList<>(rows(0));

  @BeforeEach
  void write() throws IOException {
    DescribedDecoder.model(folder.resolve("model"), "smollm2");
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.write(data.resolve("validation.jsonl"), rows(20));
    Files.writeString(folder.resolve("wrong.yaml"), EXPERIMENT.formatted(folder));
    Files.writeString(folder.resolve("many.yaml"), COMPARISON.formatted(folder));
  }

  private static List<String> rows(int first) {
    String row = "{\"goal\": \"a %1$d\", \"sol1\": \"b %1$d\", \"sol2\": \"c\", \"label\": 0}";
    return IntStream.range(first, first + 8).mapToObj(row::formatted).toList();
  }

  /** Runs a command on a file; it has to be refused, and to leave nothing. */
  private String refused(String command, String file, String... assignments) throws IOException {
    Files.write(folder.resolve("data/train.jsonl"), train);
    Path runs = folder.resolve("runs");
    List<String> arguments = new ArrayList<>(List.of(command, folder.resolve(file).toString()));
    arguments.addAll(List.of("--set", "output_dir=" + runs));
    for (String assignment : assignments) {
      arguments.addAll(List.of("--set", assignment));
    }
    Program.Outcome outcome = new Command(cache).run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(runs).doesNotExist();
    return outcome.err();
  }

  @Test
  void anEvaluatorThatNobodyHasWrittenIsNamedWithThoseThatFit() throws Exception {
    String refusal =
        "no evaluator is written, so the default 'classification' is taken, which does not fit:"
            + " metric 'macro_f1' does not fit the task: ";
    String fitting = ". Write evaluator: NAME; these fit: multiple_choice, perplexity";

    assertThat(refused("check", "wrong.yaml")).contains("wrong.yaml:10:7: " + refusal, fitting);
    assertThat(refused("compare", "many.yaml")).contains("many.yaml:13:11: " + refusal, fitting);
    assertThat(refused("check", "wrong.yaml", "evaluator=classification"))
        .contains("--set evaluator=classification: metric 'macro_f1' does not fit the task: ");
  }

  @Test
  void thoseThatFitATestSetAreNamed() throws Exception {
    Path single = folder.resolve("single.jsonl");
    Files.writeString(single, "{\"instruction\": \"a\", \"output\": \"b\"}\n");

    assertThat(
            refused(
                "check",
                "wrong.yaml",
                "evaluator=multiple_choice",
                "model.chat_template=" + DescribedDecoder.CHAT,
                "test_sets={single: {dataset: {use: files, test: 'file:%s'}, task: instruction}}"
                    .formatted(single)))
        .contains(
            "no evaluator is written for this test set, so that of the experiment's own test"
                + " examples, 'multiple_choice', is taken, which does not fit: metric 'acc'",
            ". Write evaluator: NAME; these fit: perplexity");
  }

  @Test
  void aRowWithoutAFieldIsToldWithItsDataset() throws Exception {
    train.set(2, "{\"goal\": \"a\", \"solution1\": \"b\", \"sol2\": \"c\", \"label\": 0}");
    String row = "dataset 'files' for task 'piqa': row train.jsonl:3 has no field 'sol1'";

    assertThat(refused("check", "wrong.yaml")).contains("wrong.yaml:7:10: " + row);
    assertThat(refused("check", "wrong.yaml", "dataset.train=train"))
        .contains("error: --set dataset.train=train: " + row);
    assertThat(refused("compare", "many.yaml")).contains("many.yaml:10:14: " + row);
  }

  @Test
  void aFieldThatTheTaskNamesIsToldWithTheTask() throws Exception {
    String[] task = {"task.use=classification", "task.text=goal", "task.label=answer"};

    assertThat(refused("check", "wrong.yaml", task))
        .contains(
            "error: --set task.label=answer: dataset 'files' for task 'classification': row ",
            " has no field 'answer'");
  }

  @Test
  void aRowThatTheModelCannotTakeIsToldWithItsDataset() throws Exception {
    assertThat(refused("check", "wrong.yaml", "model.max_tokens=2"))
        .containsPattern(
            "wrong\\.yaml:7:10: dataset 'files' for task 'piqa': row train\\.jsonl:\\d: answer 1 of 2"
                + " has \\d tokens");
  }

  @Test
  void aRowOfAFurtherTestSetIsToldWithItsName() throws Exception {
    Path hard = folder.resolve("hard.jsonl");
    Files.writeString(hard, "{\"goal\": \"a\"}\n");

    assertThat(
            refused(
                "check",
                "wrong.yaml",
                "evaluator=multiple_choice",
                "test_sets={hard: {dataset: {use: files, test: 'file:%s'}}}".formatted(hard)))
        .contains(
            "error: --set test_sets={hard: ",
            ": dataset 'files' of test set 'hard' for task 'piqa': row ",
            " has no field 'sol1'");
  }
}
