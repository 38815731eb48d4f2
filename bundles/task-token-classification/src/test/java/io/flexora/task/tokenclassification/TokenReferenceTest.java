package io.flexora.task.tokenclassification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.model.encoder.EncoderBackend;
import io.flexora.model.encoder.EncoderOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.host.Extensions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loss of tags of a random BERT and its gradients, as transformers and PEFT compute them. */
class TokenReferenceTest {

  private static final int RANK = 8;
  private static final TagsHead HEAD = new TagsHead(List.of("O", "B-X", "I-X", "B-Y"));

  @TempDir static Path folder;
  private static JsonNode reference;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream model = TokenReferenceTest.class.getResourceAsStream("bert.onnx");
        InputStream tokenizer = TokenReferenceTest.class.getResourceAsStream("tokenizer.json");
        InputStream numbers = TokenReferenceTest.class.getResourceAsStream("reference.json")) {
      Files.copy(model, folder.resolve("bert.onnx"));
      Files.copy(tokenizer, folder.resolve("tokenizer.json"));
      reference = new ObjectMapper().readTree(numbers);
    }
  }

  /** Tokens without a label are those of no word, or further ones of a word. */
  private static Tokens example(int row) {
    int[] ids = ints(reference.get("ids").get(row));
    int[] labels = ints(reference.get("labels").get(row));
    int[] read = IntStream.range(0, ids.length).filter(i -> labels[i] >= 0).toArray();
    String text = "w ".repeat(read.length);
    Example example =
        Example.measured(
            "row " + row,
            text,
            new TaggedWords(
                Head.Word.separatedBySpaces(text),
                IntStream.of(read).mapToObj(i -> HEAD.names().get(labels[i])).toList()));
    int second = reference.get("second").get(row).asInt();
    return new Tokens(example, List.of(new Tokens.Text(ids, read, second)), List.of(), 0);
  }

  private static int[] ints(JsonNode of) {
    return StreamSupport.stream(of.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static DoubleStream doubles(JsonNode of) {
    return StreamSupport.stream(of.spliterator(), false).mapToDouble(JsonNode::asDouble);
  }

  /** The arrays of the reference; without a LoRA its arrays B are 0. */
  private static double[] theta(AdaptedModel model, boolean lora) {
    double[] theta = new double[Math.toIntExact(model.parameters().size())];
    for (Slice slice : model.parameters().slices()) {
      int from = Math.toIntExact(slice.offset());
      if (slice.layer().isEmpty()) {
        boolean bias = slice.tensorName().endsWith("bias");
        double[] head = doubles(reference.get(bias ? "bias" : "weight")).toArray();
        System.arraycopy(head, 0, theta, from, head.length);
        continue;
      }
      int layer = slice.layer().orElseThrow();
      double module = slice.tensorName().contains("value") ? 1 : 0;
      boolean first = slice.tensorName().contains("lora_A");
      int columns = Math.toIntExact(slice.shape().get(1));
      for (int at = 0; at < slice.size(); at++) {
        int row = at / columns;
        int column = at % columns;
        theta[from + at] =
            first
                ? 0.3 * Math.sin(0.37 * (row + 1) * (column + 1) + layer + 0.5 * module)
                : lora ? 0.2 * Math.cos(0.11 * (row + 1) + 0.7 * column + layer - module) : 0;
      }
    }
    return theta;
  }

  @ParameterizedTest
  @CsvSource({"float64, 1e-9", "float32, 1e-4"})
  void lossAndGradientsAreThoseOfTransformers(String type, double tolerance) throws IOException {
    String options =
        "{source: '%s', max_tokens: 48, compute_dtype: %s}"
            .formatted(folder.resolve("bert.onnx"), type);
    LoraAdapter lora =
        Extensions.of(LoraAdapter.class, new LoraOptions(RANK, 16, 0, false, List.of()));
    try (BaseModel base =
            Extensions.of(EncoderBackend.class, EncoderOptions.class, options).load();
        AdaptedModel model =
            base.adapt(new AdapterPlan(lora, List.of(0, 1, 2), List.of("query", "value"), HEAD));
        NDManager scope = base.manager().newSubManager()) {
      DataType own = model.initialTheta(scope, new Seeds(1)).getDataType();
      var batch = model.batch(scope, List.of(example(0), example(1)));
      NDArray without = NativeArrays.of(scope, theta(model, false)).toType(own, false);
      assertThat(model.loss(scope, batch, Point.of(without)))
          .isCloseTo(reference.get("loss").asDouble(), within(tolerance));
      NDArray theta = NativeArrays.of(scope, theta(model, true)).toType(own, false);
      LossGradient found = model.lossGradient(scope, batch, Point.of(theta));
      assertThat(found.loss()).isCloseTo(reference.get("lora_loss").asDouble(), within(tolerance));
      double[] gradient = found.theta().toType(DataType.FLOAT64, false).toDoubleArray();
      List<Double> norms = new ArrayList<>();
      List<Double> ofHead = new ArrayList<>();
      for (Slice slice : model.parameters().slices()) {
        int from = Math.toIntExact(slice.offset());
        double squares =
            DoubleStream.of(gradient).skip(from).limit(slice.size()).map(g -> g * g).sum();
        (slice.layer().isEmpty() ? ofHead : norms).add(Math.sqrt(squares));
      }
      requireClose(norms, "lora_gradient_norms", tolerance);
      requireClose(ofHead, "head_gradient_norms", tolerance);
    }
  }

  private static void requireClose(List<Double> found, String name, double tolerance) {
    double[] expected = doubles(reference.get(name)).toArray();
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.get(i))
          .as("%s, %d", name, i)
          .isCloseTo(expected[i], within(tolerance * Math.max(1, expected[i])));
    }
  }
}
