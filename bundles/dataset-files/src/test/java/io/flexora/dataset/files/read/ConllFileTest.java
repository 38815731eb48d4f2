package io.flexora.dataset.files.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConllFileTest {

  @TempDir Path folder;

  private List<RawRow> rows(int badRows, byte[] text, String... names) throws IOException {
    Path path = Files.write(folder.resolve("t.conll"), text);
    List<RawRow> rows = new ArrayList<>();
    new ConllFile(List.of(names))
        .read(new DataFile("t.conll", path, Format.CONLL), new BadRows(badRows), rows::add);
    return rows;
  }

  private List<RawRow> rows(String text, String... names) throws IOException {
    return rows(0, text.getBytes(StandardCharsets.UTF_8), names);
  }

  @Test
  void aSentenceIsARow() throws IOException {
    List<RawRow> rows =
        rows("-DOCSTART- -X- O\n\n# sent_id = 1\nEU NNP B-ORG\r\n# NN O\n\n\nRome NNP B-LOC");
    assertThat(rows)
        .containsExactly(
            new RawRow(
                "t.conll:4",
                Map.of(
                    "words", List.of("EU", "#"),
                    "column_2", List.of("NNP", "NN"),
                    "tags", List.of("B-ORG", "O"))),
            new RawRow(
                "t.conll:8",
                Map.of(
                    "words", List.of("Rome"),
                    "column_2", List.of("NNP"),
                    "tags", List.of("B-LOC"))));
  }

  @Test
  void columnsHaveNamesAndTabs() throws IOException {
    assertThat(rows("New York\tB-LOC\n", "token", "ner").get(0).fields())
        .isEqualTo(Map.of("token", List.of("New York"), "ner", List.of("B-LOC")));
  }

  @Test
  void sentencesThatAreBrokenAreBadRows() throws IOException {
    assertThatThrownBy(() -> rows("a O\nb\n"))
        .hasMessageContaining("t.conll:1: its word 2 has 1 columns, not 2");
    assertThatThrownBy(() -> rows("a\nb\n")).hasMessageContaining("not a word and its tag");
    assertThat(rows(1, new byte[] {'a', (byte) 0xff, ' ', 'O', '\n', '\n', 'b', ' ', 'O'}))
        .singleElement()
        .isEqualTo(new RawRow("t.conll:3", Map.of("words", List.of("b"), "tags", List.of("O"))));
  }
}
