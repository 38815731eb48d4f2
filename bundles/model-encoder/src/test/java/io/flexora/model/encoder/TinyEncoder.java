package io.flexora.model.encoder;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Example;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Decisions;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** A tiny encoder of the test resources, with what transformers and PEFT compute with it. */
record TinyEncoder(String family, JsonNode reference) {

  private static final double A = 0.3;
  private static final double B = 0.2;

  static Path folder(String family) {
    return Path.of("src", "test", "resources", "tiny", family);
  }

  static TinyEncoder named(String family) throws IOException {
    Path file = folder(family).resolve("reference.json");
    return new TinyEncoder(family, new ObjectMapper().readTree(file.toFile()));
  }

  static EncoderBackend backend(Path folder, ComputeChoice type, TextOptions.Pooling pooling) {
    return backend(folder, type, pooling, EncoderOptions.HeadStart.NEW);
  }

  static EncoderBackend backend(
      Path folder, ComputeChoice type, TextOptions.Pooling pooling, EncoderOptions.HeadStart head) {
    EncoderOptions options =
        new EncoderOptions(
            folder.toString(), new TextOptions(Optional.empty(), 48, pooling), type, 0, head);
    return new EncoderBackend(options, Path::of, Device.cpu(), new Decisions());
  }

  EncoderBackend backend(ComputeChoice type, TextOptions.Pooling pooling) {
    return backend(folder(family), type, pooling);
  }

  List<String> targets() {
    List<String> names = new ArrayList<>();
    reference.get("target_modules").forEach(name -> names.add(name.asText()));
    return names;
  }

  /** The rows of the reference. */
  List<Tokens> rows(String task) {
    List<Tokens> rows = new ArrayList<>();
    for (int row = 0; row < 2; row++) {
      int length = length(row);
      int[] ids = ints(Arrays.copyOf(doubles(reference.get("input_ids").get(row)), length));
      int[] words = IntStream.range(0, length).toArray();
      Example example = new Example(String.valueOf(row), "", List.of("-"), 0);
      Tokens.Text text =
          new Tokens.Text(ids, task.equals("token") ? words : new int[0], second(row, length));
      rows.add(new Tokens(example, List.of(text), List.of(), 0));
    }
    return rows;
  }

  private int length(int row) {
    return (int) Arrays.stream(doubles(reference.get("attention_mask").get(row))).sum();
  }

  private int second(int row, int length) {
    if (!reference.has("token_type_ids")) {
      return length;
    }
    double[] types = doubles(reference.get("token_type_ids").get(row));
    return IntStream.range(0, length).filter(i -> types[i] == 1).findFirst().orElse(length);
  }

  private JsonNode labels(String task) {
    return reference.get("tasks").get(task).get("labels");
  }

  /** The classifier that transformers puts on the encoder for a task. */
  Head head(String task) {
    return new ClassifierHead(this, task);
  }

  /** LoRA's arrays by their formulas, and the classifier's from its file. */
  double[] theta(String task, ParameterIndex index) throws IOException {
    double[] theta = new double[(int) index.size()];
    for (Slice slice : index.slices()) {
      double[] values =
          slice.owner() instanceof Slice.Head head
              ? tensor(task, head.tensorName())
              : lora((Slice.Adapter) slice.owner(), slice.shape());
      System.arraycopy(values, 0, theta, (int) slice.offset(), values.length);
    }
    return theta;
  }

  double[] lora(Slice.Adapter owner, Shape shape) {
    int module = targets().indexOf(owner.module().name());
    int columns = (int) shape.get(1);
    double[] values = new double[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      int row = i / columns;
      int column = i % columns;
      values[i] =
          owner.parameter().name().equals("A")
              ? A * Math.sin(0.37 * (row + 1) * (column + 1) + owner.layer() + 0.5 * module)
              : B * Math.cos(0.11 * (row + 1) + 0.7 * column + owner.layer() - module);
    }
    return values;
  }

  double[] tensor(String task, String name) throws IOException {
    Path further = folder(family).resolve("heads.safetensors");
    try (SafetensorsModel heads =
            SafetensorsModel.open(Files.exists(further) ? further : folder(family));
        SafetensorsModel model = SafetensorsModel.open(folder(family))) {
      String own = task + "." + name;
      SafetensorsModel found = heads.has(own) ? heads : model;
      String stored = heads.has(own) ? own : name;
      long size = found.tensor(stored).shape().stream().reduce(1L, Math::multiplyExact);
      FloatBuffer values = FloatBuffer.allocate((int) size);
      found.readFloats(stored, 0, values);
      float[] floats = values.array();
      return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }
  }

  static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .flatMapToDouble(
            node ->
                node.isArray() ? Arrays.stream(doubles(node)) : DoubleStream.of(node.asDouble()))
        .toArray();
  }

  static int[] ints(double[] values) {
    return Arrays.stream(values).mapToInt(v -> (int) v).toArray();
  }

  /** A classifier of transformers, all of which is trained. */
  private record ClassifierHead(TinyEncoder encoder, String task) implements Head {

    @Override
    public String kind() {
      return "reference";
    }

    @Override
    public Input input() {
      if (task.equals("token")) {
        return Input.WORDS;
      }
      return gated() ? Input.MEAN : Input.FIRST;
    }

    /** ModernBERT's classifier, behind a layer with a norm. */
    private boolean gated() {
      return encoder.family.equals("modernbert");
    }

    @Override
    public Map<String, Shape> arrays(int hidden) {
      Map<String, Shape> arrays = new LinkedHashMap<>();
      JsonNode norms = encoder.reference.get("tasks").get(task).get("head_gradient_norms");
      norms
          .fieldNames()
          .forEachRemaining(
              name -> {
                try {
                  int size = encoder.tensor(task, name).length;
                  arrays.put(
                      name,
                      name.endsWith(".bias") || name.endsWith("norm.weight")
                          ? new Shape(size)
                          : new Shape(size / hidden, hidden));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      return arrays;
    }

    @Override
    public String torchScript() {
      String outputs = lines();
      String loss =
          switch (task) {
            case "regression" ->
                "    return torch.mean(torch.square(y - torch.type_as(target, y)))";
            case "multi_label" ->
                "    return torch.binary_cross_entropy_with_logits(y, torch.type_as(target, y),"
                    + " None, None, 1)";
            default ->
                "    return torch.cross_entropy_loss(y, torch.select(target, 1, 0).to(4), None, 1,"
                    + " -100, 0.0)";
          };
      return Head.methods(outputs, loss, "    return y");
    }

    private String lines() {
      if (gated()) {
        return """
                x = torch.gelu(torch.linear(x, h[0]))
                x = torch.layer_norm(x, [torch.size(x, -1)], h[1], None, 1.0e-5)
                return torch.linear(x, h[2], h[3])\
            """;
      }
      String activation =
          switch (encoder.family.replaceFirst("-.*", "")) {
            case "distilbert" -> "relu";
            case "electra", "deberta" -> "gelu";
            default -> "tanh";
          };
      return task.equals("token")
          ? "    return torch.linear(x, h[0], h[1])"
          : "    return torch.linear(torch.%s(torch.linear(x, h[0], h[1])), h[2], h[3])"
              .formatted(activation);
    }

    @Override
    public double[] target(Example example) {
      int row = Integer.parseInt(example.id());
      JsonNode labels = encoder.labels(task).get(row);
      double[] all = labels.isArray() ? doubles(labels) : new double[] {labels.asDouble()};
      return task.equals("token") ? Arrays.copyOf(all, encoder.length(row)) : all;
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
