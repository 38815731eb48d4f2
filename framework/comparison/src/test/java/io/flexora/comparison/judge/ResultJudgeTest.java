package io.flexora.comparison.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.FlexoraException;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.DifferenceResult.Verdict;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.statistics.McNemarTest;
import io.flexora.statistics.PairedTTest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results from elsewhere, in each form that is read. */
class ResultJudgeTest {

  @TempDir private Path folder;

  private static JudgeOptions options() {
    return options(Optional.empty(), OptionalDouble.empty());
  }

  private static JudgeOptions options(Optional<String> against, OptionalDouble margin) {
    return new JudgeOptions(
        "judgement",
        against,
        margin,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        OptionalLong.empty());
  }

  private Path file(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private static JudgedResults judge(Path... files) {
    return ResultJudge.of(Stream.of(files).map(Path::toString).toList(), options());
  }

  private static GroupResult group(JudgedResults judgement) {
    return judgement.result().groups().get(0);
  }

  private static DifferenceResult difference(JudgedResults judgement, String strategy) {
    return group(judgement).strategies().stream()
        .filter(one -> one.name().equals(strategy))
        .flatMap(one -> one.againstBaseline().stream())
        .findFirst()
        .orElseThrow();
  }

  /** Right and wrong answers of two strategies, of which some only one has right. */
  private Path answers(int both, int onlyFirst, int onlySecond, int none) throws IOException {
    StringBuilder rows = new StringBuilder("example,value,strategy\n");
    int example = 0;
    int[] counts = {both, onlyFirst, onlySecond, none};
    int[][] values = {{1, 1}, {1, 0}, {0, 1}, {0, 0}};
    for (int kind = 0; kind < counts.length; kind++) {
      for (int i = 0; i < counts[kind]; i++, example++) {
        rows.append(
            "e%d,%d,a\ne%d,%d,b\n".formatted(example, values[kind][0], example, values[kind][1]));
      }
    }
    return file("answers.csv", rows.toString());
  }

  @Test
  void oneSeedIsJudgedByItsExamplesAndSaysSo() throws IOException {
    JudgedResults judgement = judge(answers(60, 4, 16, 20));
    DifferenceResult found = difference(judgement, "b");

    assertThat(found.difference()).isEqualTo(0.12, within(1e-12));
    // scipy: binomtest(4, 20).pvalue; all assignments of signs are counted.
    assertThat(found.mcnemar().orElseThrow().pValue()).isEqualTo(0.0118179321, within(1e-9));
    assertThat(found.pValue().orElseThrow()).isEqualTo(0.0118179321, within(1e-9));
    assertThat(found.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(group(judgement).strategies().get(1).sentence())
        .contains("over 100 examples of one seed, which tells of these two models alone");
  }

  @Test
  void mcNemarAndTheBootstrapAgreeWithIt() throws IOException {
    SplittableRandom random = new SplittableRandom(46);
    int agree = 0;
    int all = 12;
    for (int round = 0; round < all; round++) {
      int first = random.nextInt(30, 60);
      int second = random.nextInt(30, 60);
      DifferenceResult found = difference(judge(answers(300, first, second, 100)), "b");
      double mcNemar = McNemarTest.of(second, first).pValue();
      assertThat(found.pValue().orElseThrow()).isEqualTo(mcNemar, within(0.04));
      var interval = found.overExamples().orElseThrow().interval().orElseThrow();
      boolean excludes = interval.low() > 0 || interval.high() < 0;
      agree += excludes == found.pValue().orElseThrow() < 0.05 ? 1 : 0;
    }
    assertThat(agree).isGreaterThanOrEqualTo(all - 1);
  }

  @Test
  void seedsAndExamplesAreBothDrawn() throws IOException {
    StringBuilder rows = new StringBuilder("strategy\tseed\texample\tvalue\n");
    double[] gains = {0.3, 0.1, 0.2, 0.4};
    for (int seed = 1; seed <= gains.length; seed++) {
      for (int example = 0; example < 30; example++) {
        rows.append("a\t%d\t%d\t%s\n".formatted(seed, example, example / 10.0));
        rows.append("b\t%d\t%d\t%s\n".formatted(seed, example, example / 10.0 + gains[seed - 1]));
      }
    }
    JudgedResults judgement =
        ResultJudge.of(
            List.of(file("seeds.tsv", rows.toString()).toString()),
            options(Optional.of("a"), OptionalDouble.of(0.6)));
    DifferenceResult found = difference(judgement, "b");

    assertThat(found.seeds()).isEqualTo(4);
    assertThat(found.examples()).hasValue(30);
    // scipy: ttest_1samp([.3, .1, .2, .4], 0).pvalue
    assertThat(found.overSeeds().orElseThrow().pValue().orElseThrow())
        .isEqualTo(PairedTTest.of(gains, 0.95).orElseThrow().pValue(), within(1e-9));
    assertThat(found.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(found.equivalence().orElseThrow().verdict())
        .isEqualTo(Equivalence.Verdict.EQUIVALENT);
  }

  @Test
  void aMarginIsJudgedWithOneSeedToo() throws IOException {
    JudgedResults judgement =
        ResultJudge.of(
            List.of(answers(900, 30, 32, 500).toString()),
            options(Optional.empty(), OptionalDouble.of(0.03)));
    assertThat(difference(judgement, "b").equivalence().orElseThrow().verdict())
        .isEqualTo(Equivalence.Verdict.EQUIVALENT);
  }

  @Test
  void rowsThatDoNotPairAreNamed() throws IOException {
    Path first = file("a.csv", "strategy,example,value", "a,x,1", "a,y,0", "a,z,1", "a,w,1");
    Path second = file("b.csv", "strategy,example,value", "b,y,0", "b,x,1", "b,z,0");
    JudgedResults judgement = judge(first, second);

    assertThat(difference(judgement, "b").examples()).hasValue(3);
    assertThat(judgement.notes())
        .contains(
            second + " lacks 1 of the 4 examples of others for b with seed 0 on task, model: 'w'.",
            "model on task is judged by the 3 of 4 examples that each result has.");
    Path third = file("c.csv", "strategy,example,value", "c,other,1");
    assertThatThrownBy(() -> judge(first, third))
        .hasMessageContaining("0 examples are of 5 in all results")
        .hasMessageContaining(third.toString());
  }

  @Test
  void jsonLinesAreReadLikeRows() throws IOException {
    Path file =
        file(
            "rows.jsonl",
            "{\"strategy\": \"a\", \"seed\": 1, \"example\": 7, \"value\": true, \"more\": [1]}",
            "{\"strategy\": \"a\", \"seed\": 1, \"example\": 8, \"value\": 0}",
            "{\"value\": 1.0, \"strategy\": \"b\", \"seed\": 1, \"example\": \"8\"}",
            "{\"value\": 0.0, \"strategy\": \"b\", \"seed\": 1, \"example\": \"7\"}");
    assertThat(difference(judge(file), "b").examples()).hasValue(2);
  }

  @Test
  void aQuotedFieldMayHoldWhatSeparates() throws IOException {
    Path file = file("quoted.csv", "strategy,value", "\"a, tuned\",1", "\"b", "second line\",0.5");
    assertThat(group(judge(file)).strategies())
        .extracting(StrategyResult::name)
        .containsExactly("a, tuned", "b\nsecond line");
  }

  /** A line as the harness writes it with {@code --log_samples}. */
  private static String sample(int doc, String hash, String filter, double value) {
    return """
        {"doc_id": %d, "doc": {"question": "?"}, "target": "1", "arguments": {"gen_args_0": {"arg_0": "?"}}, \
        "resps": [[["-1.0", "False"]]], "filtered_resps": [["-1.0", "False"]], "filter": "%s", \
        "metrics": ["acc", "acc_norm"], "doc_hash": "%s", "prompt_hash": "p", "target_hash": "t", \
        "acc": %s, "acc_norm": %s}"""
        .formatted(doc, filter, hash, value, 1 - value);
  }

  private void harness(String name, String... samples) throws IOException {
    String time = "_2026-01-02T03-04-05.678901";
    file(name + "/samples_piqa" + time + ".jsonl", samples);
    file(
        name + "/results" + time + ".json",
        """
        {"results": {"piqa": {"alias": "piqa", "acc,none": 0.5, "acc_stderr,none": 0.1},
                     "boolq": {"alias": "boolq", "acc,none": 0.625, "acc_stderr,none": 0.02}},
         "group_subtasks": {"piqa": []}, "higher_is_better": {"piqa": {"acc": true}},
         "n-samples": {"piqa": {"original": 4, "effective": 4}, "boolq": {"original": 9, "effective": 8}},
         "config": {"model": "hf", "model_args": "pretrained=tiny,peft=%s,dtype=float32"},
         "model_name": "%s"}
        """
            .formatted(name, name));
  }

  @Test
  void theHarnesssSamplesArePairedByTheirDocuments() throws IOException {
    harness(
        "one",
        sample(0, "aa", "none", 1),
        sample(0, "aa", "other", 0),
        sample(1, "bb", "none", 0),
        sample(2, "cc", "none", 0));
    harness(
        "two", sample(1, "bb", "none", 1), sample(0, "aa", "none", 1), sample(2, "dd", "none", 1));
    JudgedResults judgement = judge(folder);

    GroupResult piqa = group(judgement);
    assertThat(piqa.model()).isEqualTo("tiny");
    assertThat(piqa.task()).isEqualTo("piqa");
    assertThat(difference(judgement, "two").difference()).isEqualTo(0.5);
    // Document 2 is another one, though it has the same number.
    assertThat(judgement.notes()).anyMatch(note -> note.contains("'2 (dd)'"));
    assertThat(judgement.notes())
        .anyMatch(note -> note.contains("'acc' is judged; --metric chooses another: acc_norm"))
        .anyMatch(
            note -> note.contains("filter 'none' are judged; --filter chooses another: other"));
    // Of the task without samples the value is taken, with its standard error.
    GroupResult boolq = judgement.result().groups().get(1);
    assertThat(boolq.task()).isEqualTo("boolq");
    assertThat(boolq.strategies().get(0).cells().get(0).standardError()).hasValue(0.02);
    assertThat(boolq.sentence()).contains("lie within the noise of");
  }

  @Test
  void namesAndSeedsOfTheCommandLineComeFirst() throws IOException {
    harness("one", sample(0, "aa", "none", 1), sample(1, "bb", "none", 0));
    harness("two", sample(0, "aa", "none", 1), sample(1, "bb", "none", 1));
    JudgedResults judgement =
        ResultJudge.of(
            List.of("all@1=" + folder.resolve("one"), "all@2=" + folder.resolve("two")), options());
    assertThat(judgement.result().seeds()).containsExactly(1L, 2L);
    assertThat(group(judgement).strategies()).hasSize(1);
    assertThatThrownBy(() -> ResultJudge.of(List.of("all@one=" + folder), options()))
        .hasMessageContaining("seed 'one' of 'all@one' is no whole number");
    assertThatThrownBy(
            () ->
                ResultJudge.of(
                    List.of("all=" + folder.resolve("one"), "all=" + folder.resolve("two")),
                    options()))
        .hasMessageContaining("has all with seed 0 on piqa, tiny again");
  }

  private void peft(String name, double accuracy) throws IOException {
    file(
        name + ".json",
        """
        {"run_info": {"experiment_name": "%s", "train_config": {"model_id": "org/tiny", "seed": 0}},
         "train_info": {"train_time": 12.5, "num_trainable_params": 1000, "status": "success",
           "metrics": [{"step": 1, "valid accuracy": 0.5}, {"step": 2, "test accuracy": %s}]},
         "meta_info": {"dataset_info": {"trained": {}, "tested": {}}}}
        """
            .formatted(name, accuracy));
  }

  @Test
  void ofResultsOfOneSeedWithoutAnswersNothingIsTestedButTheNoiseIsTold() throws IOException {
    peft("lora", 636 / 1319.0);
    peft("dora", 640 / 1319.0);
    peft("ia3", 400 / 1319.0);
    JudgedResults judgement = judge(folder);

    GroupResult found = group(judgement);
    assertThat(found.task()).isEqualTo("trained, tested");
    assertThat(difference(judgement, "ia3").verdict()).isEqualTo(Verdict.ONE_SEED_ONLY);
    assertThat(judgement.notes()).anyMatch(note -> note.contains("shares of 1,319 examples"));
    assertThat(found.sentence())
        .contains("1 of the 2 others lie within the noise of dora")
        .contains("about 3.8 points");
    assertThat(found.strategies().get(0).trainableParameters()).hasValue(1000);
    assertThat(found.strategies().get(0).seconds()).hasValue(12.5);
  }

  @Test
  void whatIsNotKnownOfResultsFromElsewhereIsEmpty() throws IOException {
    StrategyResult found = group(judge(answers(3, 1, 2, 3))).strategies().get(0);
    assertThat(found.trainableParameters()).isEmpty();
    assertThat(found.seconds()).isEmpty();
    assertThat(found.jaccard()).isEmpty();
    assertThat(found.peakMemoryBytes()).isEmpty();
  }

  @Test
  void mistakesHaveTheirPlace() throws IOException {
    refused(
        "1.csv: the header has no column 'value'; did you mean 'values'?",
        "strategy,values",
        "a,1");
    refused("2.csv:3: value 'x' is no finite number", "strategy,value", "a,1", "b,x");
    refused("3.csv:2: seed '1.5' is no whole number", "strategy,seed,value", "a,1.5,1");
    refused(
        "4.csv:3: example 'e' of a with seed 0 on task, model has a value already",
        "strategy,example,value",
        "a,e,1",
        "a,e,1");
    refused("5.csv:2: the row has 1 fields, but the header 2", "strategy,value", "a");
    refused(
        "6.csv:3: a with seed 0 on task, model has a value already",
        "strategy,value",
        "a,1",
        "a,0");
    assertThatThrownBy(() -> judge(file("7.jsonl", "{\"strategy\": \"a\"")))
        .hasMessageContaining("7.jsonl:1: the line is no JSON");
    assertThatThrownBy(() -> judge(file("8.jsonl", "{\"strategy\": \"a\"}")))
        .hasMessageContaining("8.jsonl:1: the object has no number 'value'");
    assertThatThrownBy(() -> judge(file("9.json", "{}")))
        .hasMessageContaining("no form that is read");
    assertThatThrownBy(() -> judge(folder.resolve("10.csv")))
        .hasMessageContaining("10.csv does not exist");
    Path good = answers(1, 1, 1, 1);
    assertThatThrownBy(
            () ->
                ResultJudge.of(
                    List.of(good.toString()), options(Optional.of("A1"), OptionalDouble.empty())))
        .hasMessageContaining("--against 'A1': no result is of that strategy");
    assertThatThrownBy(
            () ->
                ResultJudge.of(
                    List.of(good.toString()), options(Optional.empty(), OptionalDouble.of(1))))
        .hasMessageContaining("--margin 1 is not accepted")
        .isInstanceOf(FlexoraException.class);
  }

  @Test
  void whatHasTwoMeaningsIsRefused() throws IOException {
    refused("11.csv:1: the header has column 'value' twice", "strategy,value,value", "a,0,1");
    assertThatThrownBy(
            () -> judge(file("12.jsonl", "{\"strategy\": \"a\", \"value\": 0, \"value\": 1}")))
        .hasMessageContaining("12.jsonl:1: the line is no JSON: Duplicate field 'value'");
    assertThatThrownBy(
            () -> judge(file("13.jsonl", "{\"strategy\": \"a\", \"value\": 0} {\"value\": 1}")))
        .hasMessageContaining("13.jsonl:1: text follows the object");
    assertThatThrownBy(
            () ->
                judge(
                    file(
                        "samples_t.jsonl", sample(0, "aa", "none", 1) + sample(1, "b", "none", 1))))
        .hasMessageContaining("samples_t.jsonl:1: text follows the object");
  }

  @Test
  void numbersThatCannotBeAreRefusedOrUnknown() throws IOException {
    refused("14.csv:2: value '1e308' is no finite number", "strategy,value", "a,1e308");
    assertThatThrownBy(
            () ->
                judge(
                    file(
                        "15.json",
                        """
                        {"run_info": {"experiment_name": "a"},
                         "train_info": {"metrics": [{"test accuracy": 1e999}]}}
                        """)))
        .hasMessageContaining(
            "15.json: the value of a with seed 0 on method comparison, model is no")
        .hasMessageContaining("finite number");
    for (String name : List.of("x", "y")) {
      file(
          "noise/" + name + "/results_1.json",
          """
          {"results": {"t": {"acc,none": 0.5, "acc_stderr,none": %s}},
           "n-samples": {"t": {"effective": -4}}, "model_name": "%s"}
          """
              .formatted(name.equals("x") ? "NaN" : "-1", name));
    }
    assertThat(group(judge(folder.resolve("noise"))).sentence())
        .contains("No standard error is known");
    assertThatThrownBy(
            () ->
                new JudgeOptions(
                    "judgement",
                    Optional.empty(),
                    OptionalDouble.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    OptionalLong.of(0)))
        .hasMessageContaining("--examples 0 is not accepted");
  }

  @Test
  @Timeout(20)
  void aQuotationWithoutAnEndAndALineWithoutAnEndTakeNoLongTime() throws IOException {
    assertThatThrownBy(
            () -> judge(file("16.csv", "strategy,value", "\"a,1\n" + "x,1\n".repeat(2_000_000))))
        .hasMessageContaining("a quoted field does not end");
    Path endless = folder.resolve("17.csv");
    try (RandomAccessFile sparse = new RandomAccessFile(endless.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> judge(endless)).hasMessageContaining("17.csv:1 is longer than");
  }

  @Test
  void namesAreShortFewAndWithoutControlCharacters() throws IOException {
    Path file = file("names.csv", "strategy,value", "a\u001b[31m,1", "b,0");
    assertThat(group(judge(file)).strategies())
        .extracting(StrategyResult::name)
        .containsExactly("a\\u001b[31m", "b");
    assertThatThrownBy(() -> judge(file("18.csv", "strategy,value", "n".repeat(5_000_000) + ",1")))
        .hasMessageContaining("has 5,000,000 characters; a name has at most 1,000")
        .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(500));
    StringBuilder rows = new StringBuilder("strategy,value\n");
    IntStream.range(0, 1001).forEach(i -> rows.append("s%d,1\n".formatted(i)));
    assertThatThrownBy(() -> judge(file("19.csv", rows.toString())))
        .hasMessageContaining("too many results");
  }

  private void refused(String message, String... lines) throws IOException {
    String name = message.substring(0, message.indexOf(".csv") + 4);
    Path file = file(name, lines);
    assertThatThrownBy(() -> judge(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message.replace("1.csv: the", "1.csv:1: the"));
  }

  /**
   * With no difference between two models, no more than 5 % of judgements find one; with one, most
   * do.
   */
  @Test
  void theLevelAndThePowerAreAsPromised() throws IOException {
    assertThat(found(0.0, 60)).isLessThanOrEqualTo(7);
    assertThat(found(0.1, 20)).isGreaterThanOrEqualTo(17);
  }

  private int found(double gain, int rounds) throws IOException {
    int found = 0;
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < rounds; round++) {
      StringBuilder rows = new StringBuilder("strategy,example,value\n");
      for (int example = 0; example < 300; example++) {
        double ease = random.nextDouble();
        rows.append("a,%d,%d\n".formatted(example, random.nextDouble() * 0.4 + ease < 0.8 ? 1 : 0));
        rows.append(
            "b,%d,%d\n".formatted(example, random.nextDouble() * 0.4 + ease < 0.8 + gain ? 1 : 0));
      }
      found +=
          difference(judge(file("simulated.csv", rows.toString())), "b").verdict().clear() ? 1 : 0;
    }
    return found;
  }
}
