package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.head.PretrainedHead;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classifier in a folder, beside the logits of transformers with it. */
class OwnClassifierTest {

  private static final List<String> LABELS = List.of("LABEL_0", "LABEL_1", "LABEL_2");
  private static final double TOLERANCE = 1e-9;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert",
        "roberta",
        "xlm-roberta",
        "distilbert",
        "electra",
        "mpnet",
        "modernbert",
        "deberta-v2"
      })
  void scoresAsTransformersDoesWithTheSameFolder(String family) throws IOException {
    TinyEncoder tiny = TinyEncoder.named(family);
    JsonNode expected = tiny.reference().get("tasks").get("sequence");
    try (BaseModel model = keeping(TinyEncoder.folder(family)).load()) {
      double[] logits = TinyEncoder.doubles(expected.get("logits"));
      for (List<Integer> layers : List.of(List.<Integer>of(), List.of(0, 1, 2))) {
        AdapterPlan none =
            new AdapterPlan(new NoAdapter(), layers, tiny.targets(), Head.classes(LABELS));
        assertClose(scores(tiny, "sequence", model, none), logSoftmax(logits, 3));
      }
      AdapterPlan lora =
          new AdapterPlan(
              Adapters.lora(8, 0), List.of(0, 1, 2), tiny.targets(), Head.classes(LABELS));
      double[] adapted = TinyEncoder.doubles(expected.get("lora_logits"));
      assertClose(scores(tiny, "sequence", model, lora), logSoftmax(adapted, 3));
      assertTrainsAsPeftDoes(tiny, expected, model, lora);
    }
  }

  /** PEFT trains and saves the same arrays of the classifier. */
  private static void assertTrainsAsPeftDoes(
      TinyEncoder tiny, JsonNode expected, BaseModel model, AdapterPlan plan) throws IOException {
    Head labelled = new Labelled(plan.head(), tiny);
    AdapterPlan learning = new AdapterPlan(plan.method(), plan.layers(), plan.modules(), labelled);
    try (AdaptedModel adapted = model.adapt(learning);
        NDManager scope = model.manager().newSubManager()) {
      Point point = Point.of(scope.create(theta(tiny, adapted, scope)));
      LossGradient found =
          adapted.lossGradient(scope, adapted.batch(scope, tiny.rows("sequence")), point);
      assertThat(found.loss()).isCloseTo(expected.get("lora_loss").asDouble(), within(TOLERANCE));
      double[] gradient = ArrayValues.of(found.theta());
      List<String> trained = new ArrayList<>();
      for (Slice slice : adapted.parameters().ofHead()) {
        double norm = 0;
        for (long i = slice.offset(); i < slice.offset() + slice.size(); i++) {
          norm += gradient[(int) i] * gradient[(int) i];
        }
        assertThat(Math.sqrt(norm))
            .isCloseTo(
                expected.get("head_gradient_norms").get(slice.tensorName()).asDouble(),
                within(TOLERANCE));
        trained.add("base_model.model." + slice.tensorName());
      }
      List<String> saved = new ArrayList<>();
      tiny.reference().get("peft_saves").get("sequence").fieldNames().forEachRemaining(saved::add);
      saved.removeIf(name -> name.contains("lora_"));
      assertThat(trained).containsExactlyInAnyOrderElementsOf(saved);
    }
  }

  /** A head whose targets are those of the reference. */
  private record Labelled(Head head, TinyEncoder tiny) implements Head {
    @Override
    public String kind() {
      return head.kind();
    }

    @Override
    public Input input() {
      return head.input();
    }

    @Override
    public List<String> classes() {
      return head.classes();
    }

    @Override
    public Map<String, Shape> arrays(int hidden) {
      return head.arrays(hidden);
    }

    @Override
    public String torchScript() {
      return head.torchScript();
    }

    @Override
    public double[] target(Example example) {
      return tiny.head("sequence").target(example);
    }

    @Override
    public Class<? extends Answer> answers() {
      return head.answers();
    }

    @Override
    public Answer answer(Example example, double[] scores) {
      return head.answer(example, scores);
    }
  }

  @Test
  void ordersTheOutputsAsTheTaskDoes() throws IOException {
    TinyEncoder tiny = TinyEncoder.named("deberta-v2");
    double[] logits =
        logSoftmax(
            TinyEncoder.doubles(tiny.reference().get("tasks").get("sequence").get("logits")), 3);
    try (BaseModel model = keeping(TinyEncoder.folder("deberta-v2")).load()) {
      for (List<String> names : List.of(List.of("2", "0", "1"), List.of("LABEL_2", "0", "1"))) {
        AdapterPlan plan =
            new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.classes(names));
        assertClose(
            scores(tiny, "sequence", model, plan),
            logits[2],
            logits[0],
            logits[1],
            logits[5],
            logits[3],
            logits[4]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "modernbert", "deberta-v2"})
  void scoresWordsWithTheClassifierOfTokens(String family, @TempDir Path folder)
      throws IOException {
    TinyEncoder tiny = TinyEncoder.named(family);
    writeTokenClassifier(family, folder);
    try (BaseModel model = keeping(folder).load()) {
      AdapterPlan plan = new AdapterPlan(new NoAdapter(), List.of(), List.of(), new Words(4));
      JsonNode expected = tiny.reference().get("tasks").get("token").get("logits");
      assertClose(scores(tiny, "token", model, plan), TinyEncoder.doubles(expected));
      assertRefuses(
          model, Head.classes(4), "the classifier of the model reads words, and the head");
    }
  }

  /** The folder of a token classifier, whose output layer the references have apart. */
  private static void writeTokenClassifier(String family, Path folder) throws IOException {
    ObjectNode config = config(family);
    config.putArray("architectures").add("TinyForTokenClassification");
    ObjectNode labels = config.putObject("id2label");
    IntStream.range(0, 4).forEach(i -> labels.put(String.valueOf(i), "tag " + i));
    Files.writeString(folder.resolve("config.json"), config.toString());
    List<Tensor> tensors = new ArrayList<>();
    Path apart = TinyEncoder.folder(family).resolve("heads.safetensors");
    try (SafetensorsModel whole = SafetensorsModel.open(TinyEncoder.folder(family));
        SafetensorsModel heads = SafetensorsModel.open(apart)) {
      for (TensorInfo tensor : whole.tensors()) {
        if (!tensor.name().startsWith("classifier")) {
          boolean own = heads.has("token." + tensor.name());
          tensors.add(copy(own ? heads : whole, own ? "token." : "", tensor.name()));
        }
      }
      tensors.add(copy(heads, "token.", "classifier.weight"));
      tensors.add(copy(heads, "token.", "classifier.bias"));
    }
    var unused = SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private static Tensor copy(SafetensorsModel from, String prefix, String name) throws IOException {
    List<Long> shape = from.tensor(prefix + name).shape();
    int size = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    FloatBuffer values = FloatBuffer.allocate(size);
    from.readFloats(prefix + name, 0, values);
    return Tensor.of(name, shape, values.array());
  }

  @Test
  void refusesAHeadThatItsClassifierDoesNotFit() throws IOException {
    try (BaseModel model = keeping(TinyEncoder.folder("bert")).load()) {
      assertRefuses(
          model,
          Head.classes(List.of("a", "b", "c")),
          "has the labels [LABEL_0, LABEL_1, LABEL_2], and the task has [a, b, c]; name the labels");
      assertRefuses(model, Head.classes(2), "and the task has [0, 1]; name the labels");
      assertRefuses(model, Head.classes(4), "and the task has [0, 1, 2, 3]; name the labels");
      assertRefuses(
          model, Head.classes(List.of("LABEL_0", "0", "2")), "the task has [LABEL_0, 0, 2]");
      assertRefuses(
          model, new Words(3), "reads texts, and the head 'words' of the task reads words");
      assertRefuses(model, TinyEncoder.named("roberta").head("sequence"), "is no classifier");
    }
  }

  private static void assertRefuses(BaseModel model, Head head, String why) {
    AdapterPlan plan = new AdapterPlan(new NoAdapter(), List.of(), List.of(), head);
    assertThatThrownBy(() -> model.adapt(plan).close())
        .isInstanceOfSatisfying(
            IncompatibleOptionException.class,
            e -> assertThat(e.option()).isEqualTo(PretrainedHead.OPTION))
        .hasMessageContaining(why);
  }

  @Test
  void refusesAFolderWithoutAClassifier(@TempDir Path folder) throws IOException {
    ObjectNode config = config("bert");
    config.putArray("architectures").add("BertForMaskedLM");
    assertRefuses(folder, config, "'architectures' is [BertForMaskedLM]; accepted is a class that");
    config.putArray("architectures").add("BertForSequenceClassification");
    ObjectNode labels = config.putObject("id2label");
    labels.put("0", "no").put("2", "yes");
    assertRefuses(folder, config, "accepted is a name for each number from 0 on");
    labels.remove("2");
    labels.put("1", "yes");
    Files.copy(
        TinyEncoder.folder("bert").resolve("model.safetensors"),
        folder.resolve("model.safetensors"));
    assertRefuses(folder, config, "has it as [3");
    assertRefuses(folder, config, ", as its config.json has it; take the folder of a fine-tuned");
  }

  private static void assertRefuses(Path folder, ObjectNode config, String why) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
    assertThatThrownBy(() -> keeping(folder).describe())
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(why);
  }

  private static ObjectNode config(String family) throws IOException {
    Path file = TinyEncoder.folder(family).resolve("config.json");
    return (ObjectNode) new ObjectMapper().readTree(file.toFile());
  }

  private static EncoderBackend keeping(Path folder) {
    return TinyEncoder.backend(
        folder, ComputeChoice.FLOAT64, Pooling.CLS, EncoderOptions.HeadStart.PRETRAINED);
  }

  /**
   * The scores of the rows of the reference, its adapters by their formula and its head as it is.
   */
  private static double[] scores(TinyEncoder tiny, String task, BaseModel model, AdapterPlan plan)
      throws IOException {
    try (AdaptedModel adapted = model.adapt(plan);
        NDManager scope = model.manager().newSubManager()) {
      List<Tokens> rows = tiny.rows(task);
      NDArray at = scope.create(theta(tiny, adapted, scope));
      return Arrays.stream(adapted.scores(scope, adapted.batch(scope, rows), Point.of(at)))
          .flatMapToDouble(Arrays::stream)
          .toArray();
    }
  }

  private static double[] theta(TinyEncoder tiny, AdaptedModel adapted, NDManager scope) {
    double[] theta = ArrayValues.of(adapted.initialTheta(scope, new Seeds(1)));
    for (Slice slice : adapted.parameters().slices()) {
      if (slice.owner() instanceof Slice.Adapter owner && slice.size() > 0) {
        double[] values = tiny.lora(owner, slice.shape());
        System.arraycopy(values, 0, theta, (int) slice.offset(), values.length);
      }
    }
    return theta;
  }

  private static double[] logSoftmax(double[] logits, int classes) {
    double[] result = new double[logits.length];
    for (int row = 0; row < logits.length; row += classes) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[row + c]);
      }
      for (int c = 0; c < classes; c++) {
        result[row + c] = logits[row + c] - Math.log(sum);
      }
    }
    return result;
  }

  private static void assertClose(double[] found, double... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .isCloseTo(expected[i], within(TOLERANCE * Math.max(1, Math.abs(expected[i]))));
    }
  }

  /** A linear layer on each word, whose outputs are named by their numbers. */
  private record Words(int count) implements Head {
    @Override
    public String kind() {
      return "words";
    }

    @Override
    public Input input() {
      return Input.WORDS;
    }

    @Override
    public List<String> outputs() {
      return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @Override
    public Map<String, Shape> arrays(int hidden) {
      return Head.linear("classifier", hidden, count);
    }

    @Override
    public String torchScript() {
      return Head.methods(
          "    return torch.linear(x, h[0], h[1])", "    return torch.sum(y)", "    return y");
    }

    @Override
    public double[] target(Example example) {
      return new double[0];
    }

    @Override
    public Class<Answer.Numeric> answers() {
      return Answer.Numeric.class;
    }

    @Override
    public Answer answer(Example example, double[] scores) {
      throw new UnsupportedOperationException();
    }
  }
}
