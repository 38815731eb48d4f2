package io.flexora.numerics.transformer;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.ScriptText;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The text of a model, and what is filled into it of where the adapters are. */
final class ModelText {
  private ModelText() {}

  /** The text of a resource beside this class. */
  static String resource(String name) {
    return ScriptText.of(ModelText.class, name).text();
  }

  /** Puts each constant where the text names it, as {@code ${name}}. */
  static String filled(String text, Map<String, Object> constants) {
    String whole = text;
    for (Map.Entry<String, Object> constant : constants.entrySet()) {
      whole = whole.replace("${" + constant.getKey() + "}", constant.getValue().toString());
    }
    return whole;
  }

  /**
   * The constants for a model that keeps the activations of one segment of layers at a time.
   *
   * @param order how often the text is differentiated
   * @param device what it computes on
   */
  static Map<String, Object> constants(
      AdapterLayout layout, int segments, Derivatives order, Device device) {
    Map<String, Object> values = new TreeMap<>();
    values.put("convolve", truth(order.convolve(device)));
    values.put("onednn", truth(order.oneDnn(device)));
    values.put("differentiated_once", truth(order.once()));
    values.put("lowest", layout.lowest());
    values.put("layers", layout.layers());
    values.put("positions", layout.positions());
    values.put("pieces", layout.pieces());
    values.put("modules", layout.modules().size());
    values.put("split", split(layout));
    values.put("adapt", new AdapterText(layout).adapt());
    values.put("merges", truth(layout.merges()));
    values.put("drops", truth(layout.plan().method().script().dropout() > 0));
    values.put("gates", gates(layout));
    values.put(
        "constant_positions", IntStream.range(0, layout.plan().layers().size()).boxed().toList());
    values.put("layer_constants", layout.layerConstants());
    values.put("shared_constants", layout.sharedConstants());
    values.put("constants", layout.constantArrays());
    values.put("adapter_arrays", layout.pieces() * layout.plan().layers().size());
    values.put("segments", segments);
    values.put("bounds", bounds(layout, segments));
    return values;
  }

  /** How many segments there can be of so many; 1 where the activations of all layers are kept. */
  static int segments(AdapterLayout layout, int asked) {
    return Math.max(1, Math.min(asked, layout.layers() - layout.lowest()));
  }

  /**
   * The constants for a model whose adapters copy what they see.
   *
   * @param arrays how many arrays each module has behind those of the adapters
   * @param segments as many as {@link #segments} says
   */
  static Map<String, Object> readingConstants(
      AdapterLayout layout, int arrays, int segments, Device device) {
    Map<String, Object> values = constants(layout, segments, Derivatives.FIRST, device);
    int adapted = layout.plan().layers().size();
    int modules = layout.modules().size();
    values.put("input_widths", layout.modules().stream().map(ModuleShape::inputs).toList());
    values.put("adapted_layers", adapted);
    values.put("adapter_pieces", layout.pieces());
    values.put("pieces", layout.pieces() + arrays * modules);
    values.put("merges", truth(false));
    values.put("no_dropout", Collections.nCopies(Math.max(1, adapted * modules), -1));
    return values;
  }

  /** A truth value, as the text writes it. */
  static String truth(boolean value) {
    return value ? "True" : "False";
  }

  private static String split(AdapterLayout layout) {
    List<Shape> pieces = layout.pieceShapes();
    if (pieces.isEmpty()) {
      return "return annotate(List[Tensor], [])";
    }
    List<Long> sizes = pieces.stream().map(Shape::size).toList();
    String shapes =
        pieces.stream()
            .map(shape -> Arrays.toString(shape.getShape()))
            .map(shape -> shape.equals("[]") ? "annotate(List[int], [])" : shape)
            .collect(Collectors.joining(", ", "[", "]"));
    return """
        shapes = annotate(List[List[int]], %s)
            p = annotate(List[Tensor], [])
            for part in torch.split_with_sizes(theta, %s, 0):
              p.append(torch.reshape(part, shapes[len(p)]))
            return p"""
        .formatted(shapes, sizes);
  }

  /** Gates by layer, from the softmax {@code e / mean} of each group: one, or a row, of a layer. */
  private static String gates(AdapterLayout layout) {
    int layers = layout.plan().layers().size();
    int modules = layout.modules().size();
    return switch (layout.plan().gates()) {
      case LAYER -> "return self.softmax(alpha)";
      case MODULE ->
          "return torch.repeat(torch.reshape(self.softmax(alpha), [1, %d]), [%d, 1])"
              .formatted(modules, layers);
      case LAYER_MODULE ->
          "return torch.reshape(self.softmax(alpha), [%d, %d])".formatted(layers, modules);
      case COMPONENT ->
          """
          groups = annotate(List[Tensor], [])
              for part in torch.split_with_sizes(alpha, %s, 0):
                groups.append(self.softmax(part))
              return torch.reshape(torch.cat(groups), [%d, -1])"""
              .formatted(layout.gates().groups().stream().map(List::size).toList(), layers);
    };
  }

  /** The first layer of each segment, and the number of layers. */
  private static List<Integer> bounds(AdapterLayout layout, int segments) {
    int trained = layout.layers() - layout.lowest();
    return IntStream.rangeClosed(0, segments)
        .mapToObj(s -> layout.lowest() + s * trained / segments)
        .toList();
  }
}
