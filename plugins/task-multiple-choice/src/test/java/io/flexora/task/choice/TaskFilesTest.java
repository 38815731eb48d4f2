package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.task.choice.file.TaskFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFilesTest {
  private static final String BASE =
      """
      output_type: multiple_choice
      doc_to_text: '{{q}}'
      doc_to_target: '{{a}}'
      doc_to_choice: ['x', 'y']
      """;

  private final List<String> warnings = new ArrayList<>();

  @TempDir private Path folder;

  private TaskFile read(String text) throws IOException {
    return TaskFile.read(write("task.yaml", text), warnings::add);
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "process_docs: !function utils.prepare|'process_docs' is the Python function utils.prepare",
        "doc_to_text: !function utils.ask|'doc_to_text' is the Python function utils.ask",
        "gen_prefix: so|'gen_prefix' is not supported",
        "target_delimeter: ' '|did you mean 'target_delimiter'?",
        "repeats: 3|'repeats' is not supported",
        "num_fewshot: -1|0 to 1000",
        "fewshot_config: {sampler: clever}|default or first_n",
        "fewshot_config: {doc_to_text: x}|known are [sampler, samples, split]",
        "fewshot_config: {samples: !function utils.shots}|the Python function utils.shots",
        "fewshot_config: {samples: [a]}|'fewshot_config.samples' should be a list of rows",
        "filter_list: []|'filter_list' is not supported",
        "include: {a: b}|'include: {a=b}' is no path",
        "include: task.yaml|is included twice, or includes itself",
        "include: nowhere.yaml|cannot be read",
        "metadata: !!java.net.URL [x]|is no YAML that can be read",
        "x: [|is no YAML that can be read"
      })
  void refusesWhatWouldChangeTheNumbers(String line, String message) {
    assertThatThrownBy(() -> read(BASE + line + "\n"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("task file " + folder)
        .hasMessageContaining(message);
  }

  @Test
  void includesOverFoldersAndItsOwnKeysWin() throws IOException {
    write("base.yaml", "output_type: multiple_choice\ntarget_delimiter: one\ndescription: base\n");
    write("group/text.yaml", "include: ../base.yaml\ntask_list: [x]\ndoc_to_text: two\n");
    write("group/other.yaml", "doc_to_text: three\ntarget_delimiter: three\n");
    Path file =
        write(
            "group/sub/task.yaml",
            """
            include: [../text.yaml, ../other.yaml]
            description: own
            doc_to_choice: [x, y]
            doc_to_target: 1
            """);
    TaskFile read = TaskFile.read(file, warnings::add);
    assertThat(read.text("target_delimiter")).contains("three");
    assertThat(read.text("doc_to_text")).contains("three");
    assertThat(read.text("description")).contains("own");
    assertThat(warnings).isEmpty();
    Path absolute = write("absolute.yaml", "include: " + file + "\ndoc_to_text: four\n");
    assertThat(TaskFile.read(absolute, warnings::add).text("doc_to_text")).contains("four");
  }

  @Test
  void takesTheLastOfKeysThatAreThereTwiceAndSaysSo() throws IOException {
    TaskFile file = read(BASE + "doc_to_text: later\nmetadata: {version: 1, version: 2}\n");
    assertThat(file.text("doc_to_text")).contains("later");
    assertThat(warnings)
        .containsExactly(
            "task file %s has keys twice, of which the last counts: 'doc_to_text' (line 5), 'version' (line 6)"
                .formatted(folder.resolve("task.yaml")));
  }

  @Test
  void saysOnceWhatIsNotReported() throws IOException {
    String metrics =
        """
        metric_list:
          - {metric: acc}
          - {metric: acc_norm, aggregation: mean}
          - {metric: f1, aggregation: f1}
          - {metric: mcc}
          - {metric: brier_score}
          - {metric: acc, aggregation: !function utils.worst}
          - {metric: !function utils.bias, aggregation: mean}
        """;
    String never = "brier_score, acc by utils.worst, utils.bias. Reported are";
    TaskFile file = TaskFile.read(write("asked.yaml", BASE + metrics), warnings::add);
    assertThat(file.unmeasured(2).orElseThrow()).contains("not reported: " + never);
    assertThat(file.unmeasured(3).orElseThrow()).contains("not reported: f1, " + never);
    assertThat(file.unmeasured(0).orElseThrow()).contains("not reported: f1, mcc, " + never);
    assertThat(read(BASE + "metric_list: [{metric: f1}, {metric: mcc}]").unmeasured(2)).isEmpty();
    assertThat(read(BASE).unmeasured(0)).isEmpty();
    new MultipleChoiceTask(
            References.options(folder.resolve("asked.yaml"), Optional.empty(), Optional.empty()),
            References.SEEDS,
            warnings::add)
        .examples(Map.of(Split.TEST, List.of(new Row("pond.jsonl:7", Map.of("q", "?", "a", "x")))));
    assertThat(warnings).singleElement().asString().contains("not reported: " + never);
  }

  @Test
  void refusesOtherOutputTypesAndChoicesThatAreNoTexts() {
    assertThatThrownBy(() -> read("output_type: generate_until\n"))
        .hasMessageContaining("output_type is generate_until");
    assertThatThrownBy(() -> read("task: x\n")).hasMessageContaining("output_type is not written");
    assertThatThrownBy(() -> read("- x\n")).hasMessageContaining("no keys");
    assertThatThrownBy(
            () -> read("output_type: multiple_choice\ndoc_to_choice: [no, yes]\n").choices())
        .hasMessageContaining("False, which is no text; put it in quotes");
  }

  @Test
  void ignoresWhatChangesNothing() throws IOException {
    TaskFile file =
        read(
            BASE
                + """
                task: t
                tag: [a]
                dataset_path: x
                metric_list: [{metric: acc, aggregation: !function u.f}]
                metadata: {version: 1}
                should_decontaminate: true
                doc_to_decontamination_query: q
                process_docs: null
                repeats: 1
                fewshot_config: {sampler: first_n}
                num_fewshot: 4
                """);
    assertThat(file.choices()).containsExactly("x", "y");
    assertThat(file.fewshot()).contains(4);
    assertThat(file.firstShots()).isTrue();
  }
}
