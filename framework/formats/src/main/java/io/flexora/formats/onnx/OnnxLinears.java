package io.flexora.formats.onnx;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the linear modules of a graph. Exporters give a matrix an anonymous name and store it
 * transposed, so a module is known by the node that uses its matrix and by the bias added to that.
 */
final class OnnxLinears {
  private final OnnxFile file;
  private final Map<String, OnnxNode> makers = new HashMap<>();
  private final Map<String, OnnxNode> adders = new HashMap<>();

  private OnnxLinears(OnnxFile file) {
    this.file = file;
    for (OnnxNode node : file.nodes()) {
      node.outputs().forEach(o -> makers.put(o, node));
      if (node.operator().equals("Add")) {
        node.inputs().forEach(i -> adders.putIfAbsent(i, node));
      }
    }
  }

  static Map<String, OnnxLinear> of(OnnxFile file) {
    OnnxLinears search = new OnnxLinears(file);
    Map<String, OnnxLinear> found = new LinkedHashMap<>();
    for (OnnxNode node : file.nodes()) {
      search.linear(node).ifPresent(l -> found.put(l.name(), l));
    }
    return found;
  }

  private Optional<OnnxLinear> linear(OnnxNode node) {
    return switch (node.operator()) {
      case "MatMul" -> matMul(node);
      case "Gemm" -> gemm(node);
      default -> Optional.empty();
    };
  }

  private Optional<OnnxLinear> matMul(OnnxNode node) {
    Optional<OnnxTensor> bias =
        node.outputs().stream()
            .findFirst()
            .map(adders::get)
            .flatMap(add -> add.inputs().stream().flatMap(i -> vector(i).stream()).findFirst());
    return linear(node, true, bias);
  }

  private Optional<OnnxLinear> gemm(OnnxNode node) {
    boolean transposed = node.numbers().getOrDefault("transB", 0.0) == 0.0;
    boolean plain =
        node.numbers().getOrDefault("alpha", 1.0) == 1.0
            && node.numbers().getOrDefault("beta", 1.0) == 1.0
            && node.numbers().getOrDefault("transA", 0.0) == 0.0;
    return plain
        ? linear(node, transposed, input(node, 2).flatMap(this::vector))
        : Optional.empty();
  }

  private Optional<OnnxLinear> linear(
      OnnxNode node, boolean transposed, Optional<OnnxTensor> bias) {
    Optional<String> input = input(node, 1);
    Optional<OnnxNode> transpose =
        input.map(makers::get).filter(maker -> maker.operator().equals("Transpose"));
    boolean stored = transposed ^ transpose.isPresent();
    return transpose
        .flatMap(t -> input(t, 0))
        .or(() -> input)
        .flatMap(this::initialiser)
        .filter(weight -> weight.dimensions().size() == 2)
        .map(weight -> new OnnxLinear(name(node, weight, bias), weight, stored, bias));
  }

  private static String name(OnnxNode node, OnnxTensor weight, Optional<OnnxTensor> bias) {
    List<String> endings = List.of(".weight", ".bias");
    List<String> names = List.of(weight.name(), bias.map(OnnxTensor::name).orElse(""));
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).endsWith(endings.get(i))) {
        return names.get(i).substring(0, names.get(i).length() - endings.get(i).length());
      }
    }
    return node.name().replaceFirst("/[^/]*$", "").replaceFirst("^/", "").replace('/', '.');
  }

  private static Optional<String> input(OnnxNode node, int index) {
    return index < node.inputs().size() ? Optional.of(node.inputs().get(index)) : Optional.empty();
  }

  private Optional<OnnxTensor> vector(String name) {
    return initialiser(name).filter(t -> t.dimensions().size() == 1);
  }

  /** Follows identities, as which exporters write a tensor that is the same as another. */
  private Optional<OnnxTensor> initialiser(String name) {
    String source = name;
    for (int step = 0; step < file.nodes().size(); step++) {
      OnnxNode maker = makers.get(source);
      if (maker == null || !maker.operator().equals("Identity") || maker.inputs().isEmpty()) {
        break;
      }
      source = maker.inputs().get(0);
    }
    return Optional.ofNullable(file.initialisers().get(source));
  }
}
