package io.flexora.experiment.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Dataset;
import io.flexora.api.data.Split;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Component;
import io.flexora.api.task.Examples;
import io.flexora.api.task.Task;
import io.flexora.experiment.DescribedModel;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.DeviceChoice;
import io.flexora.experiment.setup.EvaluatedExamples;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ModelDevices;
import io.flexora.experiment.setup.TaskOptions;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.CheckpointOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** On a model of twelve layers with 40 parameters of adapters each, and a head of 10. */
class MatchedBudgetTest {

  private static final MatchedBudget NOTHING_HELD =
      new MatchedBudget(OptionalInt.empty(), OptionalLong.empty());

  /** Adapters of 16 and 24 parameters. */
  private static final List<ModuleShape> MODULES =
      List.of(
          new ModuleShape("narrow", "layer.%d.narrow", 4, 4),
          new ModuleShape("wide", "layer.%d.wide", 4, 8));

  private static final int HEAD = 10;

  @Test
  void wholeLayersAreAsManyAsTheyAre() {
    CellOutcome three = outcome(3, List.of(), 3 * 40 + HEAD);
    assertThat(same(three, false)).isEqualTo(size(3, 120));
    assertThat(notice(NOTHING_HELD, three)).isEmpty();
  }

  @Test
  void modulesAreAsManyLayersAsHaveTheirParameters() {
    List<ChosenModule> six = Stream.concat(each(0, 3, "narrow"), each(3, 6, "wide")).toList();
    CellOutcome main = outcome(6, six, 3 * 16 + 3 * 24 + HEAD);
    assertThat(same(main, false)).isEqualTo(size(3, 120));
    assertThat(notice(NOTHING_HELD, main))
        .contains(
            "The main strategy has chosen modules. Their adapters have 120 trainable parameters,"
                + " and those of a whole layer 40, so strategies that choose as many layers as the"
                + " main one choose 3.");
  }

  @Test
  void thereIsAtLeastOneLayerAndAtMostAll() {
    List<ChosenModule> narrow = each(0, 12, "narrow").toList();
    assertThat(same(outcome(12, narrow, 12 + HEAD), false)).isEqualTo(size(1, 12));
    assertThat(same(outcome(12, narrow, 12 * 64 + HEAD), false)).isEqualTo(size(12, 768));
  }

  /** Four layers of their own, and one adapter for each module of the other eight. */
  @Test
  void whatLayersShareCountsOnce() {
    List<ChosenModule> modules =
        IntStream.range(0, 12)
            .boxed()
            .flatMap(
                layer ->
                    MODULES.stream()
                        .map(
                            m ->
                                layer < 4
                                    ? ChosenModule.of(layer, m.name())
                                    : ChosenModule.ofShared(layer, m.name())))
            .toList();
    assertThat(same(outcome(12, modules, 5 * 40 + HEAD), false)).isEqualTo(size(5, 200));
  }

  /** What strategies choose by counts the largest shapes, so what they are compared with does. */
  @Test
  void adaptersWhoseShapesVaryCountAsTheLargest() {
    assertThat(same(outcome(3, List.of(), 57), true)).isEqualTo(size(3, 120));
    List<ChosenModule> six = Stream.concat(each(0, 3, "narrow"), each(3, 6, "wide")).toList();
    assertThat(same(outcome(6, six, 57), true)).isEqualTo(size(3, 120));
  }

  @Test
  void whatIsHeldEqualStays() {
    MatchedBudget held = size(2, 80);
    CellOutcome main = outcome(12, each(0, 12, "wide").toList(), 12 * 24 + HEAD);
    try (ExperimentInputs inputs = inputs(false)) {
      assertThat(held.or(main, inputs.adapters())).isEqualTo(held);
    }
    assertThat(notice(held, main)).isEmpty();
  }

  private static MatchedBudget size(int layers, long parameters) {
    return new MatchedBudget(OptionalInt.of(layers), OptionalLong.of(parameters));
  }

  private static MatchedBudget same(CellOutcome main, boolean shapesVary) {
    try (ExperimentInputs inputs = inputs(shapesVary)) {
      return NOTHING_HELD.or(main, inputs.adapters());
    }
  }

  private static Optional<String> notice(MatchedBudget held, CellOutcome main) {
    try (ExperimentInputs inputs = inputs(false)) {
      return held.notice(main, inputs.adapters());
    }
  }

  private static Stream<ChosenModule> each(int from, int to, String module) {
    return IntStream.range(from, to).mapToObj(layer -> ChosenModule.of(layer, module));
  }

  private static CellOutcome outcome(int layers, List<ChosenModule> modules, long parameters) {
    return CellOutcome.of(1)
        .selectedLayers(IntStream.range(0, layers).boxed().toList())
        .selectedModules(modules)
        .trainableParameters(parameters)
        .build();
  }

  private static <T> Map<Split, List<T>> empty() {
    return Map.of(Split.TRAIN, List.of(), Split.VALIDATION, List.of(), Split.TEST, List.of());
  }

  private static ExperimentInputs inputs(boolean shapesVary) {
    TaskOptions data =
        new TaskOptions(
            component((Dataset) () -> empty()),
            component((Task) rows -> new Examples(List.of("a", "b"), empty())),
            unused(),
            unused(),
            Map.of(),
            true);
    CellOptions cell =
        new CellOptions(
            DeviceChoice.CPU,
            1,
            component(new RankTwo(shapesVary)),
            unused(),
            Map.of(),
            unused(),
            new CheckpointOptions(0, 0, 1),
            List.of(),
            Optional.empty());
    return ExperimentInputs.of(
        new ExperimentConfiguration(
            "run",
            1,
            Optional.empty(),
            component(new DescribedModel(12, MODULES, List.of("narrow", "wide"))),
            data,
            unused(),
            cell,
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            EvaluatedExamples.TEST,
            List.of()),
        ModelDevices.ONE);
  }

  /** Factors of rank 2, which may be the largest of several. */
  private static final class RankTwo extends NoAdapter {

    private final boolean shapesVary;

    RankTwo(boolean shapesVary) {
      this.shapesVary = shapesVary;
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(
          new AdapterParameter("A", "A", new Shape(2, module.inputs())),
          new AdapterParameter("B", "B", new Shape(module.outputs(), 2)));
    }

    @Override
    public AdapterForm form() {
      return new AdapterForm() {
        @Override
        public Map<String, Object> configuration() {
          return Map.of();
        }

        @Override
        public boolean shapesVary() {
          return shapesVary;
        }
      };
    }
  }

  private static <T> Component<T> unused() {
    return component(null);
  }

  private static <T> Component<T> component(T extension) {
    return new Component<>() {
      @Override
      public String name() {
        return "fake";
      }

      @Override
      public T get() {
        return extension;
      }
    };
  }
}
