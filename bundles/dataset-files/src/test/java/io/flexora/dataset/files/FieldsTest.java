package io.flexora.dataset.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldsTest {
  private static final String TRAIN = "train: file:t.jsonl\n";
  @TempDir Path folder;
  private Loading loading;

  @BeforeEach
  void start() {
    loading = new Loading(folder);
    loading.write(
        "t.jsonl",
        """
        {"id": 1, "question": {"stem": "q", "choices": [{"text": "x"}, {"text": "y"}]},\
         "dotted.name": "d", "key": null, "list": [1, null]}
        """);
  }

  private Map<String, Object> row(String yaml) throws IOException {
    return loading.row(TRAIN + yaml);
  }

  @Test
  void renamesFieldsAndPaths() throws IOException {
    assertThat(
            row(
                """
                rename: {stem: question.stem, second: question.choices.1.text, d: dotted.name}
                fields: [stem, second, d, id]
                """))
        .isEqualTo(Map.of("stem", "q", "second", "y", "d", "d", "id", 1L));
  }

  @Test
  void givesARenamedFieldNoOldName() throws IOException {
    assertThat(
            row(
                "rename: {number: id, question: question.stem, l: list, list: dotted.name}\n"
                    + "fields: [number, question, list]"))
        .isEqualTo(Map.of("number", 1L, "question", "q", "list", "d"));
    assertThatThrownBy(() -> row("rename: {number: id}\nfields: [id]"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("fields names 'id', which no row has");
  }

  @Test
  void takesFieldsThatAreNullEverywhere() throws IOException {
    assertThat(row("fields: [id, key]"))
        .containsOnlyKeys("id", "key")
        .containsEntry("id", 1L)
        .containsEntry("key", null);
  }

  @Test
  void refusesANullInAListOnlyWhereItIsTaken() throws IOException {
    assertThat(row("fields: [question]").get("question"))
        .isEqualTo(
            Map.of("stem", "q", "choices", List.of(Map.of("text", "x"), Map.of("text", "y"))));
    assertThatThrownBy(() -> row("fields: [list]"))
        .hasMessageStartingWith(
            "bad row at t.jsonl:1: its field 'list' is a list with a null in it; take other fields"
                + " by fields");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fields: [questoin]                  | fields names 'questoin', which no row has; did you mean 'question'? Known are dotted.name, id, key, list, question
          rename: {a: question.stem.x}        | rename names 'question.stem.x', which no row has
          rename: {a: question.choices.2}     | rename names 'question.choices.2', which no row has
          group_by: [article]                 | group_by names 'article', which no row has; known are dotted.name, id
          """)
  void namesTheFieldsThatThereAre(String yaml, String message) {
    assertThatThrownBy(() -> row(yaml))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }
}
