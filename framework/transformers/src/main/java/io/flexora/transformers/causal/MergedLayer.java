package io.flexora.transformers.causal;

import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.transformers.checkpoint.FrozenArray.Joined;
import io.flexora.transformers.checkpoint.FrozenArrays;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The text that puts merged matrices in the place of a layer's pruned ones. All of the layer is
 * then computed in the type of the adapters' parameters; where that is not the model's, only layers
 * whose modules are all adapted are merged, since others are quicker in the model's type: of these,
 * what the adapters change can be made once for many calls.
 */
final class MergedLayer {

  private final FrozenArrays arrays;
  private final ModelShape shape;
  private final AdapterLayout layout;

  MergedLayer(FrozenArrays arrays, ModelShape shape, AdapterLayout layout) {
    this.arrays = arrays;
    this.shape = shape;
    this.layout = layout;
  }

  /** The methods {@code is_mergeable}, {@code merged_layer} and {@code layer_changes}. */
  String torchScript() {
    Map<Integer, List<ModuleShape>> joined = new TreeMap<>();
    for (ModuleShape module : layout.modules()) {
      joined.computeIfAbsent(inLayer(module), at -> new ArrayList<>()).add(module);
    }
    StringBuilder text = new StringBuilder();
    joined.forEach((at, modules) -> text.append(array(at, modules)));
    return """
      def is_mergeable(self, w: List[Tensor], i: int, p: List[Tensor], seeds: List[int]) -> bool:
        return (not ${drops} or seeds[0] < 0) and (%1$s or w[%2$d + %3$d * i].dtype == p[0].dtype)

      def merged_layer(self, w: List[Tensor], i: int, p: List[Tensor], gate: Tensor) -> List[Tensor]:
        w = w[0:len(w)]
        for k in %4$s:
          w[k + %3$d * i] = torch.type_as(w[k + %3$d * i], p[0])
    %5$s    return w

      def layer_changes(self, w: List[Tensor], i: int, p: List[Tensor], gate: Tensor) -> List[Tensor]:
        return [%6$s]
    """
        .formatted(
            layout.modules().size() == shape.modules().size() ? "True" : "False",
            arrays.global() + joined.keySet().iterator().next(),
            arrays.perLayer(),
            computed(),
            text,
            layout.modules().stream().map(this::change).collect(Collectors.joining(", ")));
  }

  private String change(ModuleShape module) {
    long first = place(module).first();
    return "self.change_%s(torch.slice(w[%d + %d * i], 0, %d, %d), p, gate)"
        .formatted(
            AdapterLayout.identifier(module),
            place(module).array(),
            arrays.perLayer(),
            first,
            first + module.outputs());
  }

  /** The matrices and biases of the first layer. */
  private List<Integer> computed() {
    return IntStream.range(arrays.global(), arrays.global() + arrays.perLayer())
        .filter(at -> arrays.all().get(at) instanceof Joined joined && !joined.norm())
        .boxed()
        .toList();
  }

  /** Which array of a layer has a module's matrix. */
  private int inLayer(ModuleShape module) {
    return place(module).array() - arrays.global();
  }

  private FrozenArrays.TensorPlace place(ModuleShape module) {
    return arrays.place(new AdapterSite(0, module).path() + ".weight");
  }

  /** Joins merged matrices with the rows between them. */
  private String array(int at, List<ModuleShape> modules) {
    List<String> parts = new ArrayList<>();
    long next = 0;
    List<ModuleShape> inOrder =
        modules.stream().sorted(Comparator.comparing(m -> place(m).first())).toList();
    for (ModuleShape module : inOrder) {
      long first = place(module).first();
      if (first > next) {
        parts.add(rows(next, first));
      }
      next = first + module.outputs();
      parts.add(
          "self.merge_%s(%s, p, gate)"
              .formatted(AdapterLayout.identifier(module), rows(first, next)));
    }
    if (next < rows(at)) {
      parts.add(rows(next, rows(at)));
    }
    return """
        k = %d + %d * i
        whole = w[k]
        w[k] = %s
    """
        .formatted(
            arrays.global() + at,
            arrays.perLayer(),
            parts.size() == 1
                ? parts.get(0)
                : "torch.cat([%s], 0)".formatted(String.join(", ", parts)));
  }

  private static String rows(long first, long last) {
    return "torch.slice(whole, 0, %d, %d)".formatted(first, last);
  }

  private long rows(int at) {
    Joined joined = (Joined) arrays.all().get(arrays.global() + at);
    int dimension = joined.transposed() ? 1 : 0;
    return joined.tensors().stream().mapToLong(tensor -> tensor.shape().get(dimension)).sum();
  }
}
