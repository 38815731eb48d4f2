package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads the task data of the folder {@code flexora.data}; their sizes and fields are known. */
@EnabledIfSystemProperty(
    named = "flexora.data",
    matches = ".+",
    disabledReason = "needs the task data in the folder -Dflexora.data")
class RealDataTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hellaswag     | 1000 | 1895 | ctx, endings, label
          piqa          | 838  | 1000 | goal, sol1, sol2, label
          winogrande    | 638  | 1267 | sentence, option1, option2, answer
          race_middle   | 3001 | 1436 | article, question, options, answer
          race_high     | 3002 | 1502 | article, question, options, answer
          commonsenseqa | 9699 | 1215 | question, choices, answerKey
          boolq         | 2270 | 1000 | question, passage, answer
          arc_easy      | 2248 | 2376 | question, choices, answerKey
          arc_challenge | 1118 | 1172 | question, choices, answerKey
          openbookqa    | 4931 | 500  | question_stem, choices, answerKey
          social_iqa    | 6000 | 1954 | context, question, answerA, answerB, answerC, label
          sciq          | 400  | 600  | question, distractor1, correct_answer
          sst2          | 6000 | 872  | sentence, label
          dolly_hhrlhf  | 799  | 200  | instruction, output
          """)
  void readsEveryRow(String name, int train, int validation, String fields) throws IOException {
    Loading loading = new Loading(Path.of(System.getProperty("flexora.data")));
    // No row of these sets is in both files.
    Map<Split, List<Row>> rows = loading.load("source: file:" + name + "\nduplicates: refuse");
    assertThat(rows.get(Split.TRAIN)).hasSize(train);
    assertThat(rows.get(Split.VALIDATION)).hasSize(validation);
    assertThat(rows.get(Split.TEST)).isEmpty();
    Set<String> known = Set.of(fields.split(", ", -1));
    assertThat(rows.values().stream().flatMap(List::stream))
        .allSatisfy(row -> assertThat(row.fields().keySet()).containsAll(known));
    assertThat(loading.notices()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"race_high, article", "boolq, passage", "social_iqa, context"})
  void sharesNoTextBetweenSplits(String name, String field) throws IOException {
    Loading loading = new Loading(Path.of(System.getProperty("flexora.data")));
    Map<Split, List<Row>> rows =
        loading.load(
            "{source: 'file:%s', train: train, test: validation, validation: 0.1, group_by: [%s]}"
                .formatted(name, field));
    Set<Object> held =
        rows.get(Split.VALIDATION).stream()
            .map(r -> r.fields().get(field))
            .collect(Collectors.toSet());
    assertThat(held).isNotEmpty();
    assertThat(rows.get(Split.TRAIN)).noneMatch(r -> held.contains(r.fields().get(field)));
    assertThat(loading.notices()).noneMatch(n -> n.contains("agree with rows"));
  }
}
