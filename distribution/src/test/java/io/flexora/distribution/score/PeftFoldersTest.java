package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Adapters that PEFT itself saved, read as {@code flexora evaluate --adapter} reads them: the
 * logits are PEFT's. They are in {@code adapters/METHOD/BASE} of the folder that {@code
 * -Dflexora.reference} names. Each token of the model is a word here, and every word a choice.
 */
@ExtendWith(OneThread.class)
class PeftFoldersTest {

  private static final double TOLERANCE = 5e-4;
  private static final int WORDS = 96;
  private static final String OWN_FORM = "adapter";
  private static final String CONVERTED = "adapter-converted";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String YAML =
      """
      name: peft
      device: cpu
      model: {use: decoder, source: "file:%s", compute_dtype: float64, max_tokens: 64}
      dataset: {use: files, train: "file:%s", validation: 1, test: "file:%s", duplicates: keep}
      task:
        use: multiple_choice
        doc_to_text: "{{question}}"
        doc_to_choice: [%s]
        doc_to_target: "{{right}}"
      selector: all
      adapter: lora
      trainer: {use: gradient, max_steps: 1}
      evaluator: {use: multiple_choice}
      """;

  private static final String TOKENIZER =
      """
      {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": null,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": null,
        "decoder": null,
        "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "w00"}
      }
      """;

  @TempDir private Path folder;

  private static Path reference() {
    String reference = System.getProperty("flexora.reference", "");
    assumeTrue(!reference.isEmpty(), "the property flexora.reference names no folder");
    return Path.of(reference);
  }

  private static String word(int token) {
    return "w%02d".formatted(token);
  }

  private static String words(String form) {
    return IntStream.range(0, WORDS)
        .mapToObj(token -> form.formatted(word(token), token))
        .collect(Collectors.joining(", "));
  }

  /** The experiment on a base whose test rows are those that PEFT's logits are of. */
  private Path experiment(String base) throws IOException {
    Path model = Files.createDirectories(folder.resolve(base));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(reference().resolve("tiny").resolve(base).resolve(file), model.resolve(file));
    }
    Files.writeString(model.resolve("tokenizer.json"), TOKENIZER.formatted(words("\"%s\": %d")));
    Files.writeString(model.resolve("tokenizer_config.json"), "{}");
    JsonNode batches = JSON.readTree(reference().resolve("adapters/batches.json").toFile());
    List<String> train = new ArrayList<>();
    for (JsonNode batch : batches.get("batches")) {
      batch.get("input_ids").forEach(ids -> train.add(row(ids, ids.size())));
    }
    JsonNode first = batches.get("batches").get(0).get("input_ids");
    List<String> test = List.of(row(first.get(0), first.get(0).size()), row(first.get(1), 8));
    return Files.writeString(
        folder.resolve(base + ".yaml"),
        YAML.formatted(
            model,
            Files.write(folder.resolve(base + "-train.jsonl"), train),
            Files.write(folder.resolve(base + "-test.jsonl"), test),
            words("\"%s\"")));
  }

  private static String row(JsonNode ids, int count) {
    String question =
        IntStream.range(0, count)
            .mapToObj(i -> word(ids.get(i).asInt()))
            .collect(Collectors.joining(" "));
    return "{\"question\": \"%s\", \"right\": 0}".formatted(question);
  }

  private static List<Prediction> predictions(FlexoraHost host, Path experiment, Path adapter) {
    return host.experiment(experiment, List.of())
        .evaluate(new EvaluationTarget.Adapter(adapter), Split.TEST, RunListener.NONE)
        .evaluation()
        .predictions();
  }

  private static void requireLogits(List<Prediction> predictions, Path of, String what)
      throws IOException {
    JsonNode expected = JSON.readTree(of.resolve("reference.json").toFile());
    assertThat(predictions).hasSize(2);
    requireLogits(predictions.get(0), expected.get("logits_row0_last"), what);
    requireLogits(predictions.get(1), expected.get("logits_row1_position7"), what);
  }

  /** Scores are the logarithmic softmax. */
  private static void requireLogits(Prediction prediction, JsonNode logits, String what) {
    double[] values =
        StreamSupport.stream(logits.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    double sum = Math.log(IntStream.range(0, WORDS).mapToDouble(i -> Math.exp(values[i])).sum());
    for (int token = 0; token < WORDS; token++) {
      assertThat(prediction.scores().get(token))
          .as("logarithmic probability of token %d with %s", token, what)
          .isCloseTo(values[token] - sum, within(TOLERANCE));
    }
  }

  private static List<Path> methods() throws IOException {
    try (Stream<Path> folders = Files.list(reference().resolve("adapters"))) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "qwen3"})
  void theLogitsOfEachFolderAreThoseOfPeft(String base) throws IOException {
    Path experiment = experiment(base);
    List<String> read = new ArrayList<>();
    try (FlexoraHost host = Program.host(folder)) {
      for (Path method : methods()) {
        Path of = method.resolve(base);
        String name = method.getFileName().toString();
        for (String form : List.of(OWN_FORM, CONVERTED)) {
          boolean own = form.equals(OWN_FORM);
          if (Files.exists(of.resolve(form)) && !(own && name.equals("loraga"))) {
            String what = name + "/" + base + "/" + form;
            requireLogits(predictions(host, experiment, of.resolve(form)), of, what);
            read.add(name + "/" + form);
          }
        }
      }
    }
    assertThat(read).hasSizeGreaterThan(15).contains("loraga/adapter-converted", "pissa/adapter");
  }

  /** PEFT gives other logits by it than in the training, as its base was another one. */
  @ParameterizedTest
  @ValueSource(strings = {"llama3", "qwen3"})
  void whatNobodyCanStartAgainIsRefused(String base) throws IOException {
    Path experiment = experiment(base);
    Path adapter = reference().resolve("adapters/loraga").resolve(base).resolve(OWN_FORM);
    try (FlexoraHost host = Program.host(folder)) {
      assertThatThrownBy(() -> predictions(host, experiment, adapter))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("adapter method 'lora' does not do: init_lora_weights: lora_ga");
    }
  }

  /** Whatever says how numbers began that are trained by now. */
  @ParameterizedTest
  @ValueSource(strings = {"llama3", "qwen3"})
  void keysOfTheStartAloneChangeNothing(String base) throws IOException {
    Path experiment = experiment(base);
    Map<String, Map<String, Object>> keys =
        Map.of(
            "lora",
            Map.of(
                "corda_config", Map.of("corda_method", "ipm"),
                "eva_config", Map.of("rho", 2.0),
                "init_lora_weights", false,
                "loftq_config", Map.of("loftq_bits", 4)),
            "miss",
            Map.of("init_weights", false),
            "lokr",
            Map.of("init_weights", "lycoris"),
            "vera",
            Map.of("init_weights", false),
            "adalora",
            Map.of("init_lora_weights", false));
    try (FlexoraHost host = Program.host(folder)) {
      for (Map.Entry<String, Map<String, Object>> entry : keys.entrySet()) {
        Path of = reference().resolve("adapters").resolve(entry.getKey()).resolve(base);
        Path changed = folder.resolve("changed-" + entry.getKey());
        PeftAdapter saved = AdapterFolder.read(of.resolve(OWN_FORM));
        Map<String, Object> configuration = new TreeMap<>(saved.configuration());
        configuration.putAll(entry.getValue());
        AdapterFolder.write(changed, new PeftAdapter(configuration, saved.tensors()));
        requireLogits(predictions(host, experiment, changed), of, "changed " + entry.getKey());
      }
    }
  }
}
