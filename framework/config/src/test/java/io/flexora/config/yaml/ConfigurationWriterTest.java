package io.flexora.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.config.binding.Bound;
import io.flexora.config.binding.Points;
import io.flexora.config.binding.Points.Experiment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class ConfigurationWriterTest {

  public static final String RICH =
      """
      name: 'rich: a "real" one # no comment'
      seed: -3
      adapter: {use: lora, r: 4, lora_alpha: 2e-05, target_modules: [query, "no", "1"]}
      selector: flexora@1.0.0
      baselines: {first: all, "on": {use: given, layers: [0, 2]}, "two words": flexora}
      columns: [{name: x}, {name: "", width: 3}]
      data: rows/../rows.jsonl
      checkpoints: {every: 1h30m}
      """;

  private final ConfigurationWriter writer = new ConfigurationWriter();

  @Test
  void theResolvedConfigurationWritesEveryOptionOutInDeclarationOrder() {
    String here = Path.of("").toAbsolutePath().toString();
    assertThat(writer.yaml(Points.bind("adapter: {use: lora, r: 4}\nname: least\n").resolved()))
        .isEqualTo(
            """
            name: least
            seed: 42
            selector:
              use: flexora@1.1.0
              solver:
                use: unrolled@1.0.0
                inner_steps: 1
                learning_rate: 1e-4
              steps: 100
              count: null
            adapter:
              use: lora@1.2.0
              lora_rank: 4
              lora_alpha: 16
              target_modules: []
            baselines: {}
            checkpoints:
              keep: 2
              every: 10m
              schedule:
                warmup_steps: 0
                warmup_ratio: 0.1
            precision: float-32
            output: HERE/runs
            data: null
            columns: []
            shares: [0.8, 0.1, 0.1]
            quiet: false
            """
                .replace("HERE", here));
  }

  @Test
  void theResolvedConfigurationBindsToEqualRecords() {
    Bound<Experiment> bound = Points.bind(RICH);
    String yaml = writer.yaml(bound.resolved());
    Bound<Experiment> again = Points.bind(yaml);
    assertThat(again.value()).isEqualTo(bound.value());
    assertThat(writer.yaml(again.resolved())).isEqualTo(yaml);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        "no",
        "NULL",
        "~",
        "1",
        "1e3",
        "0x1",
        "1:30",
        "2024-01-01",
        ".inf",
        "- a",
        "a: b",
        "a #b",
        "#b",
        "a:",
        ":",
        "?",
        "-",
        "[",
        "{a}",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "'",
        "\"",
        "a\nb",
        "a\n  compute_dtype: auto\nb",
        "a\tb",
        "\u0007",
        "\u00e9\u4e2d\ud83d\ude00",
        "\ufeffa",
        "a\\b",
        "<<",
        "=",
        "maven:g:a:1.0!/model.onnx",
        "yes",
        "..",
        "---",
        "...",
        "a, b",
        "a]",
        "\u0085",
        "\u2028"
      })
  void anyTextSurvives(String text) {
    ConfigNode list = Sequences.of(text, "end");
    String written = writer.yaml(list);
    // A run edits lines of options: text that looks like one must not begin a line.
    assertThat(written.split("\\R")).hasSize(1);
    ConfigNode read = new ConfigurationReader().parse(written, "x");
    assertThat(Sequences.texts(read)).containsExactly(text, "end");
    assertThat(((ConfigNode.Scalar) ((ConfigNode.Sequence) read).elements().get(0)).isNothing())
        .isFalse();
  }

  /** Lists of texts. */
  private static final class Sequences {

    static ConfigNode of(String... texts) {
      Location here = Location.ofText("x");
      return new ConfigNode.Sequence(
          here,
          java.util.stream.Stream.of(texts)
              .map(text -> (ConfigNode) ConfigNode.Scalar.ofText(here, text))
              .toList());
    }

    static java.util.List<String> texts(ConfigNode sequence) {
      return ((ConfigNode.Sequence) sequence)
          .elements().stream().map(e -> ((ConfigNode.Scalar) e).text()).toList();
    }
  }
}
