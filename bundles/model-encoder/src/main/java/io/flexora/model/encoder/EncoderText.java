package io.flexora.model.encoder;

import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Slice;
import io.flexora.model.encoder.EncoderOptions.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes the TorchScript text of an encoder for one plan, all dimensions as constants. */
final class EncoderText {
  private static final String RESOURCE = "bert.torchscript";

  private final BertShape shape;
  private final Pooling pooling;
  private final AdapterPlan plan;
  private final List<ModuleShape> modules;
  private final ParameterIndex index;
  private final int checkpointSegments;

  EncoderText(
      BertShape shape,
      Pooling pooling,
      AdapterPlan plan,
      List<ModuleShape> modules,
      ParameterIndex index,
      int checkpointSegments) {
    this.shape = shape;
    this.pooling = pooling;
    this.plan = plan;
    this.modules = modules;
    this.index = index;
    this.checkpointSegments = checkpointSegments;
  }

  /** The lowest layer that something is trained on; the number of layers if none is. */
  int lowest() {
    return plan.layers().isEmpty() ? shape.layers() : plan.layers().get(0);
  }

  String text() {
    String text = template();
    for (Map.Entry<String, String> constant : constants().entrySet()) {
      text = text.replace("${" + constant.getKey() + "}", constant.getValue());
    }
    return text + plan.method().torchScript() + adapters();
  }

  private static String template() {
    try (InputStream in = EncoderText.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> constants() {
    Map<String, Object> values = new HashMap<>();
    values.put("layers", shape.layers());
    values.put("hidden", shape.hidden());
    values.put("heads", shape.heads());
    values.put("head_size", shape.headSize());
    values.put("scale", 1 / Math.sqrt(shape.headSize()));
    values.put("epsilon", shape.epsilon());
    values.put("embeddings", FrozenWeights.EMBEDDINGS);
    values.put("tensors", FrozenWeights.TENSORS);
    values.put("row_layer", pooling == Pooling.CLS ? shape.layers() - 1 : -1);
    values.put("pool", pool());
    values.put("lowest", lowest());
    values.put("positions", positions());
    values.put("pieces", pieces());
    values.put("modules", plan.modules().size());
    values.put("sizes", index.slices().stream().map(Slice::size).toList());
    values.put("classes", plan.classes());
    values.put("pooled", pooled());
    values.put("bounds", bounds());
    values.put("segments", segments());
    return values.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toString()));
  }

  private String pool() {
    return pooling == Pooling.CLS
        ? "return torch.select(x, 1, 0)"
        : """
          keep = torch.type_as(torch.reshape(torch.eq(mask, 0), [torch.size(x, 0), torch.size(x, 1), 1]), x)
              return torch.sum(x * keep, [1]) / torch.sum(keep, [1])""";
  }

  /** Where only the head is trained, what its text is given is pooled already. */
  private String pooled() {
    return plan.layers().isEmpty() ? "x" : "self.pool(x, mask)";
  }

  /** The first layer of each segment, and the number of layers. */
  private List<Integer> bounds() {
    int trained = shape.layers() - lowest();
    return IntStream.rangeClosed(0, segments())
        .mapToObj(s -> lowest() + s * trained / segments())
        .toList();
  }

  /** The number of segments that the trained layers are computed in; 1 to keep all activations. */
  int segments() {
    return Math.max(1, Math.min(checkpointSegments, shape.layers() - lowest()));
  }

  private List<Integer> positions() {
    return IntStream.range(0, shape.layers()).mapToObj(plan.layers()::indexOf).toList();
  }

  private int pieces() {
    return modules.stream().mapToInt(m -> plan.method().parameters(m).size()).sum();
  }

  /** One method for each module of a layer: the adapter with its own pieces, or nothing. */
  private String adapters() {
    StringBuilder text = new StringBuilder();
    for (String linear : BertFile.LINEARS) {
      String name = EncoderModules.name(linear);
      text.append(
          """
            def adapt_%s(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor, seeds: List[int]) -> Tensor:
              %s
          """
              .formatted(name.replace('.', '_'), adapter(name)));
    }
    return text.toString();
  }

  private String adapter(String name) {
    int first = 0;
    for (int m = 0; m < modules.size(); m++) {
      List<AdapterParameter> parameters = plan.method().parameters(modules.get(m));
      if (modules.get(m).name().equals(name)) {
        return "return self.adapt(x, y, weight, %s, gate, seeds[%d])"
            .formatted(arrays(parameters, first), m);
      }
      first += parameters.size();
    }
    return "return y";
  }

  private static String arrays(List<AdapterParameter> parameters, int first) {
    return IntStream.range(0, parameters.size())
        .mapToObj(
            i ->
                "torch.reshape(p[%d], %s)"
                    .formatted(first + i, dimensions(parameters.get(i).shape().getShape())))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String dimensions(long[] shape) {
    return java.util.Arrays.toString(shape);
  }
}
