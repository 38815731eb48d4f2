package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.AdapterPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The TorchScript of adapters: what each module of a model does with the parameters and constants
 * that its layer is given.
 */
final class AdapterText {

  /** Leaves a module alone that has no parameters in this layer. */
  private static final String CHOSEN =
      """
        def adapt_chosen(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
          if torch.numel(p[0]) == 0:
            return y
          return self.adapt(x, y, weight, p, c, gate, dropout_seed)
      """;

  /** Takes the seeds of a layer, whether they are those of a step or of examples. */
  private static final String OWN_SEEDS =
      """
        def own_seeds(self, seeds: List[int], j: int) -> List[int]:
          count = len(seeds) // %d
          return seeds[count * j:count * (j + 1)]
      """;

  /**
   * Adapts the rows of each example by themselves where each has a seed of its own: a mask is drawn
   * for all that {@code adapt} is given, so it is that of the example alone.
   */
  private static final String BY_EXAMPLE =
      """
        def by_example(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, seeds: List[int], m: int) -> Tensor:
          examples = len(seeds) // (%1$d + 1)
          if examples == 0:
            return self.%2$s(x, y, weight, p, c, gate, seeds[m])
          axis = len(torch.size(x)) - 2
          results = annotate(List[Tensor], [])
          first = 0
          for e in range(examples):
            own, out = x, y
            if axis > 0:
              own, out = torch.slice(x, 0, e, e + 1), torch.slice(y, 0, e, e + 1)
            last = first + seeds[%1$d * examples + e]
            result = self.%2$s(torch.slice(own, axis, first, last), torch.slice(out, axis, first, last), weight, p, c, gate, seeds[m * examples + e])
            if axis > 0:
              result = torch.cat([result, torch.slice(out, axis, last)], axis)
            else:
              first = last
            results.append(result)
          return torch.cat(results, 0)
      """;

  /** Adapts the rows of a table once for all examples, or for each with a mask of its own. */
  private static final String OF_TABLE =
      """
        def table_seed(self, seed: int) -> int:
          if seed < 0:
            return seed
          return seed ^ 2862933555777941757

        def of_table(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, seeds: List[int], m: int) -> Tensor:
          examples = len(seeds) // (%1$d + 1)
          if examples == 0:
            return self.%2$s(x, y, weight, p, c, gate, self.table_seed(seeds[m]))
          results = annotate(List[Tensor], [])
          for e in range(examples):
            results.append(self.%2$s(x, y, weight, p, c, gate, self.table_seed(seeds[m * examples + e])))
          return torch.cat(results, 0)
      """;

  private static final String MERGED_CHOSEN =
      """
        def merged_chosen(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          if torch.numel(p[0]) == 0:
            return weight
          return self.merged(weight, p, c, gate)
      """;

  /**
   * Serves many calls with the same parameters where the frozen matrix is not replaced: the merged
   * matrix less the frozen one, made once, and the output with that added.
   */
  private static final String CHANGES =
      """
        def change_chosen(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          if torch.numel(p[0]) == 0:
            return torch.zeros_like(p[0])
          wide = torch.type_as(weight, p[0])
          return self.merged(wide, p, c, gate) - wide

        def changed(self, x: Tensor, y: Tensor, change: Tensor) -> Tensor:
          if torch.numel(change) == 0:
            return y
          z = torch.linear(torch.type_as(x, change), change)
          return torch.add_(torch.type_as(z, y), y)
      """;

  private final AdapterLayout layout;
  private final AdapterPlan plan;
  private final List<ModuleShape> modules;

  /**
   * Prepares.
   *
   * @param layout where the adapters are
   */
  AdapterText(AdapterLayout layout) {
    this.layout = layout;
    this.plan = layout.plan();
    this.modules = layout.modules();
  }

  /** Whether a module is adapted in some of the adapted layers and left alone in others. */
  private boolean leavesSome() {
    return plan.layers().stream()
        .anyMatch(l -> modules.stream().anyMatch(m -> !plan.adapts(new AdapterSite(l, m))));
  }

  /** The method that computes an adapter, where there is one. */
  String adapt() {
    return leavesSome() ? "adapt_chosen" : "adapt";
  }

  /** The methods as a model trains and scores by them; see {@link AdapterLayout#text}. */
  String text() {
    String adapting = plan.method().script().dropout() > 0 ? dropping() : seeded();
    return layout.merges() ? adapting + merging() : adapting;
  }

  private String seeded() {
    return text(
        layout.pieces(),
        (m, arrays) ->
            ofChange(m)
                + "return self.%s(x, y, weight, %s, gate, seeds[%d])".formatted(adapt(), arrays, m),
        (m, arrays) -> ofChange(m) + plain(arrays));
  }

  /** Adapts without dropout. */
  private String plain(String arrays) {
    return "return self.%s(x, y, weight, %s, gate, -1)".formatted(adapt(), arrays);
  }

  private String dropping() {
    return text(
            layout.pieces(),
            (m, arrays) ->
                ofChange(m)
                    + "return self.by_example(x, y, weight, %s, gate, seeds, %d)"
                        .formatted(arrays, m),
            (m, arrays) ->
                ofChange(m)
                    + "return self.of_table(x, y, weight, %s, gate, seeds, %d)"
                        .formatted(arrays, m))
        + BY_EXAMPLE.formatted(modules.size(), adapt())
        + (layout.hasTables() ? OF_TABLE.formatted(modules.size(), adapt()) : "");
  }

  /** Takes a module's change where a layer is given those that were made before. */
  private String ofChange(int module) {
    return layout.merges()
        ? "if len(seeds) == 0:\n      return self.changed(x, y, p[%d])\n    ".formatted(module)
        : "";
  }

  private String merging() {
    Map<ModuleShape, String> arrays = bodies(layout.pieces(), (m, own) -> own);
    StringBuilder text = new StringBuilder(MERGED_CHOSEN + CHANGES);
    for (ModuleShape module : modules) {
      text.append(
          """
            def merge_%1$s(self, weight: Tensor, p: List[Tensor], gate: Tensor) -> Tensor:
              %2$sreturn self.merged_chosen(weight, %3$s, gate)
            def change_%1$s(self, weight: Tensor, p: List[Tensor], gate: Tensor) -> Tensor:
              %2$sreturn self.change_chosen(weight, %3$s, gate)
          """
              .formatted(AdapterLayout.identifier(module), gate(module), arrays.get(module)));
    }
    return text.toString();
  }

  /**
   * The same methods, which write what they see into two arrays that follow those of the layer's
   * adapters in {@code p}: the sums of squares {@code [modules, 2]}, and which tokens count. A gate
   * of 0 stands for no adapter.
   */
  String measuring() {
    int squares = layout.pieces();
    return text(
        squares + 2,
        (m, arrays) ->
            """
            squares, counted = p[%d], p[%d]
                self.count_frozen(x, weight, squares[%d][1], counted)
                if bool(torch.any(torch.ne(gate, 0))):
                  self.count_added(x, y, weight, %s, gate, squares[%d][0], counted)
                  return self.%s(x, y, weight, %s, gate, -1)
                return y\
            """
                .formatted(squares, squares + 1, m, arrays, m, adapt(), arrays),
        (m, arrays) ->
            """
            if bool(torch.any(torch.ne(gate, 0))):
                  %s
                return y\
            """
                .formatted(plain(arrays)));
  }

  /**
   * The same methods, which copy their input into an array of their module that follows those of
   * the layer's adapters in {@code p}.
   */
  String reading() {
    int inputs = layout.pieces();
    return text(
        inputs + modules.size(),
        (m, arrays) ->
            """
            torch.copy_(p[%d], x)
                %s\
            """
                .formatted(inputs + m, plain(arrays)),
        (m, arrays) -> plain(arrays));
  }

  /**
   * The same methods, which copy their input into an array of their module and add another to their
   * output, in which it can be differentiated; these follow those of the layer's adapters in {@code
   * p}, first the inputs of all modules and then what is added. Empty ones are left alone. In both
   * arrays {@code [texts, tokens + rows, width]} the rows of a table stand behind the tokens.
   */
  String shifting() {
    int inputs = layout.pieces();
    int shifts = inputs + modules.size();
    return text(
        shifts + modules.size(),
        (m, arrays) -> {
          int rows = modules.get(m).tableRows();
          String part = rows == 0 ? "%s" : "torch.slice(%s, 1, 0, torch.size(x, 1))";
          return shifted(arrays, part, "p[" + (inputs + m) + "]", "p[" + (shifts + m) + "]");
        },
        (m, arrays) -> {
          String part = "torch.slice(%s, 1, -" + modules.get(m).tableRows() + ")";
          return shifted(arrays, part, "p[" + (inputs + m) + "]", "p[" + (shifts + m) + "]");
        });
  }

  /** Copies the input and adds to the output, each in a part of its array. */
  private String shifted(String arrays, String part, String input, String shift) {
    return """
        adapted = self.%1$s(x, y, weight, %2$s, gate, -1)
            if torch.numel(%3$s) == 0:
              return adapted
            torch.copy_(%4$s, torch.detach(x))
            return adapted + torch.type_as(%5$s, adapted)\
        """
        .formatted(adapt(), arrays, input, part.formatted(input), part.formatted(shift));
  }

  /**
   * The methods by the body for each adapted module.
   *
   * @param before the arrays of a layer before its constants
   * @param body makes it from the module's place, and its parameters and constants
   * @param ofTable the same for the rows of a table
   */
  private String text(
      int before,
      BiFunction<Integer, String, String> body,
      BiFunction<Integer, String, String> ofTable) {
    StringBuilder text =
        new StringBuilder(
            layout.masked()
                ? CompleteScript.onPruned(plan.method().script())
                : CompleteScript.of(plan.method().script()));
    text.append(OWN_SEEDS.formatted(Math.max(1, plan.layers().size())));
    if (leavesSome()) {
      text.append(CHOSEN);
    }
    Map<ModuleShape, String> bodies = bodies(before, body);
    Map<ModuleShape, String> bodiesOfTable = bodies(before, ofTable);
    for (ModuleShape module : layout.modelModules()) {
      text.append(method(module, "", bodies));
      if (module.tableRows() > 0) {
        text.append(method(module, "_table", bodiesOfTable));
      }
    }
    return text.toString();
  }

  private String method(ModuleShape module, String of, Map<ModuleShape, String> bodies) {
    return """
          def adapt_%s%s(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor, seeds: List[int]) -> Tensor:
            %s%s
        """
        .formatted(
            AdapterLayout.identifier(module),
            of,
            modules.contains(module) ? gate(module) : "",
            bodies.getOrDefault(module, "return y"));
  }

  /** Takes the gate of a module from those of its layer. */
  private String gate(ModuleShape module) {
    int place = modules.indexOf(module);
    return switch (plan.gates()) {
      case LAYER -> "";
      case MODULE, LAYER_MODULE -> "gate = gate[%d]\n    ".formatted(place);
      case COMPONENT -> {
        int from = modules.subList(0, place).stream().mapToInt(this::rank).sum();
        yield "gate = torch.slice(gate, 0, %d, %d)\n    ".formatted(from, from + rank(module));
      }
    };
  }

  private int rank(ModuleShape module) {
    return plan.method().ranked().orElseThrow().rank(module);
  }

  private Map<ModuleShape, String> bodies(int before, BiFunction<Integer, String, String> body) {
    Map<ModuleShape, String> bodies = new HashMap<>();
    int parameter = 0;
    int constant = before;
    int shared = before + layout.layerConstants();
    for (int m = 0; m < modules.size(); m++) {
      int parameters = plan.method().parameters(modules.get(m)).size();
      int constants = plan.method().constants(modules.get(m)).size();
      int mask = layout.masked() ? 1 : 0;
      IntStream own =
          IntStream.concat(
              IntStream.concat(
                  IntStream.range(constant, constant + constants),
                  IntStream.range(shared, shared + layout.sharedConstants())),
              IntStream.range(constant + constants, constant + constants + mask));
      String arrays =
          arrays(IntStream.range(parameter, parameter + parameters)) + ", " + arrays(own);
      bodies.put(modules.get(m), body.apply(m, arrays));
      parameter += parameters;
      constant += constants + mask;
    }
    return bodies;
  }

  private static String arrays(IntStream places) {
    String list = places.mapToObj("p[%d]"::formatted).collect(Collectors.joining(", "));
    return list.isEmpty() ? "annotate(List[Tensor], [])" : "[" + list + "]";
  }
}
