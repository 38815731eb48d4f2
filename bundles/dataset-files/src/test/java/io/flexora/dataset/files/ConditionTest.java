package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
  @TempDir Path folder;
  private Loading loading;

  @BeforeEach
  void start() {
    loading = new Loading(folder);
    loading.write(
        "t.jsonl",
        """
        {"n": 1, "goal": "short", "c": {"text": ["a", "b"]}, "key": "1", "mixed": 1, "none": null}
        {"n": 2.5, "goal": "quite long", "c": {"text": ["a"]}, "key": "2020-01-01", "mixed": "x"}
        {"n": -3, "goal": "it's", "c": {"text": []}, "key": "B", "mixed": [1], "nan": NaN}
        {"goal": null, "number": 7}
        """);
  }

  private String lines(String where) throws IOException {
    return loading
        .train("{train: 'file:t.jsonl', where: \"%s\"}".formatted(where.replace("\"", "\\\"")))
        .stream()
        .map(r -> r.origin().substring("t.jsonl:".length()))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          n > 0                                 | 1 2
          n > 0 and length(goal) < 6            | 1
          N > 0 OR n < -2                       | 1 2 3
          len(c.text) = 1                       | 2
          list_contains(c.text, 'b')            | 1
          c.text[1] = 'a'                       | 1 2
          key = '1'                             | 1
          key = '2020-01-01'                    | 2
          goal = 'it''s' -- a comment           | 3
          goal is null                          | 4
          none is null                          | 1 2 3 4
          number = 7                            | 4
          "key" = 'B'                           | 3
          n in (select 1)                       | 1
          goal ~ 's.*t'                         | 1
          isnan(nan)                            | 3
          """)
  void keepsTheRowsForWhichItHolds(String where, String lines) throws IOException {
    assertThat(lines(where)).isEqualTo(lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          gaol = 'x'            | it names 'gaol', which no row has; did you mean 'goal'? Known are c, goal, key, mixed, n, nan, none, number
          c.texts = 1           | Could not find key "texts" in struct
          fields = 'x'          | it names 'fields', which no row has; known are c, goal,
          row = 1               | it names 'row', which no row has; known are c, goal,
          q.text = 'x'          | it names 'q', which no row has; known are c, goal,
          lenth(goal) < 3       | Scalar Function with name lenth does not exist! Did you mean "length"?
          goal < 3              | Cannot compare values of type VARCHAR and type INTEGER_LITERAL
          sum(n) > 1            | WHERE clause cannot contain aggregates
          n >                   | is not a condition over the fields of a row: syntax error at or near ")"
          n > 1; drop table t   | is not a condition over the fields of a row: syntax error at or near ";"
          1), (2                | it is more than one expression
          true) order by (n     | it is more than one expression
          1) from rows where (2 | it is more than one expression
          1) union select (2    | it is more than one expression
          random() < 0.5        | random gives another value each time
          now() > '2020-01-01'::timestamp | now gives another value each time
          current_date > '2020-01-01'::date | current_date gives another value each time
          n > 100               | where: n > 100 keeps none of the 4 rows of split train
          """)
  void refusesWhatIsNoCondition(String where, String message) {
    assertThatThrownBy(() -> lines(where))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("dataset files: where: " + where)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void seesNoFile() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
    assertThatThrownBy(() -> lines("n in (select a from read_csv('" + secret + "'))"))
        .hasMessageContaining("file system operations are disabled by configuration");
  }

  @Test
  void holdsInEverySplitAndSeesFieldsThatAreNotTaken() throws IOException {
    loading.write("v.jsonl", "{\"n\": 5, \"goal\": \"v\"}\n{\"n\": -5, \"goal\": \"w\"}\n");
    Map<Split, List<Row>> rows =
        loading.load(
            "{train: 'file:t.jsonl', validation: 'file:v.jsonl', where: m > 0, rename: {m: n},"
                + " fields: [goal]}");
    assertThat(rows.get(Split.TRAIN))
        .extracting(Row::origin)
        .containsExactly("t.jsonl:1", "t.jsonl:2");
    assertThat(rows.get(Split.VALIDATION))
        .containsExactly(new Row("v.jsonl:1", Map.of("goal", "v")));
  }

  @Test
  void refusesFieldsThatSqlCannotTellApart() {
    loading.write("t.jsonl", "{\"a\": 1, \"A\": 2}\n");
    assertThatThrownBy(() -> lines("a = 1"))
        .hasMessageContaining(
            "where cannot tell the field 'A' from one that differs in case alone");
  }

  @Test
  void stopsWhatDoesNotEnd() {
    String endless =
        "n < (SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range <> b.range)";
    assertThatThrownBy(
            () ->
                loading.train(
                    "{train: 'file:t.jsonl', where_limits: {time: 1s}, where: \"%s\"}"
                        .formatted(endless)))
        .hasMessageStartingWith("dataset files: where: " + endless)
        .hasMessageContaining("stopped after 1 seconds")
        .hasMessageContaining("where_limits.time");
  }

  @Test
  void refusesWhatNeedsTooMuchMemory() {
    assertThatThrownBy(
            () ->
                loading.train(
                    "{train: 'file:t.jsonl', where_limits: {memory: 100m}, where: \"%s\"}"
                        .formatted(
                            "n < len((SELECT list(a.range * b.range) FROM range(9000) a, range(9000) b))")))
        .hasMessageContaining("more than its memory of 100 MiB")
        .hasMessageContaining("where_limits.memory");
  }
}
