package io.flexora.experiment.use;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionRowsTest {

  @TempDir Path folder;

  @Test
  void eachLineThatIsNotBlankIsARow() throws IOException {
    Path file =
        write("q.jsonl", "\ufeff{\"text\": \"é\", \"n\": 1}\r\n\n{\"text\": null}", "UTF-8");

    assertThat(QuestionRows.read(file))
        .containsExactly(
            new Row(file + ":1", Map.of("text", "é", "n", 1)),
            new Row(file + ":3", Collections.singletonMap("text", null)));
  }

  @ParameterizedTest
  @CsvSource({"windows-1252, 2", "UTF-16, 1"})
  void anEncodingThatIsNotUtf8IsRefusedWithItsLine(String charset, int line) throws IOException {
    Path file = write("q.jsonl", "{\"text\": \"a\"}\n{\"text\": \"é\"}\n", charset);

    assertThatThrownBy(() -> QuestionRows.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "cannot read %s: line %d is not UTF-8; save the text in UTF-8".formatted(file, line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      value = {
        "[{\"text\": \"a\"}] -> a list",
        "\"how are you?\" -> a text",
        "3 -> a number",
        "null -> null",
        "true -> true",
      })
  void aLineOfAnotherShapeIsRefused(String line, String shape) {
    assertThatThrownBy(() -> QuestionRows.ofLines("q.jsonl", List.of("", line)))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "q.jsonl:2 is %s, but has to be a JSON object with the fields of a row, such as {\"text\": \"...\"}",
            shape);
  }

  @Test
  void theFirstRowOfATableNamesTheFields() throws IOException {
    Path commas = write("q.CSV", "\ufefftext,label\r\n\"a, \"\"b\"\"\nc\",x\r\n\r\nd,\n", "UTF-8");
    Path tabs = write("q.tsv", "text\tlabel\na, b\tx", "UTF-8");

    assertThat(QuestionRows.read(commas))
        .containsExactly(
            new Row(commas + ":2", Map.of("text", "a, \"b\"\nc", "label", "x")),
            new Row(commas + ":5", Map.of("text", "d", "label", "")));
    assertThat(QuestionRows.read(tabs))
        .containsExactly(new Row(tabs + ":2", Map.of("text", "a, b", "label", "x")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      value = {
        "text -> q.csv has no row",
        "text,label|a -> q.csv:2 has 1 fields, but the first line names 2",
        "text|'\"a' -> the quoted field that begins in line 2 does not end",
        "text|'\"a\"b' -> text follows the end of a quoted field in line 2",
      })
  void aTableThatIsNoneIsRefused(String text, String told) throws IOException {
    Path file = write("q.csv", text.replace('|', '\n').replace("'", ""), "UTF-8");

    assertThatThrownBy(() -> QuestionRows.read(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(told);
  }

  @Test
  void aFileOfCsvIsRefusedAsSuch() {
    assertThatThrownBy(() -> QuestionRows.ofLines("tickets.CSV", List.of("text,label", "a,b")))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "tickets.CSV:1 is no JSON object: Unrecognized token 'text'; rows are read as JSON Lines, not as CSV");
    assertThatThrownBy(() -> QuestionRows.ofLines("q.jsonl", List.of("text,label")))
        .hasMessageEndingWith("Unrecognized token 'text'");
  }

  @Test
  void nothingToAskIsRefused() {
    assertThatThrownBy(() -> QuestionRows.ofLines("q.jsonl", List.of("", " ")))
        .hasMessage("q.jsonl has no row; write a JSON object on each line");
  }

  private Path write(String name, String text, String charset) throws IOException {
    return Files.write(folder.resolve(name), text.getBytes(Charset.forName(charset)));
  }
}
