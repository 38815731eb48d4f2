package io.flexora.selector.flexora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.model.ProductAdapter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Gates of modules and of parts, on two layers with two modules and an adapter of rank 2. */
class FinerGatesTest {

  private static final ModuleShape SMALL = new ModuleShape("small", "layer.%d.small", 4, 4);
  private static final ModuleShape LARGE = new ModuleShape("large", "layer.%d.large", 4, 12);
  private static final List<ModuleShape> MODULES = List.of(SMALL, LARGE);

  private record Bounds(AdapterMethod adapter, int layers, List<ModuleShape> targets)
      implements SelectionBounds {

    Bounds(AdapterMethod adapter) {
      this(adapter, 2, MODULES);
    }

    @Override
    public ModelShape shape() {
      return new ModelShape(
          "tiny", layers, 4, 8, targets, List.of(), 0, "float32", 0, "CAUSAL_LM", 0, "base");
    }

    @Override
    public OptionalInt sameCount() {
      return OptionalInt.empty();
    }

    @Override
    public String adapterName() {
      return "mine";
    }
  }

  private static final Bounds BOUNDS = new Bounds(new ProductAdapter(2));

  private static Gates gates(GateIndex.Layout layout, Double... alpha) {
    return new Gates(GateForm.SOFTMAX, BOUNDS.gates(layout, "the test"), List.of(alpha));
  }

  private static Selection kept(Gates gates, List<Integer> kept) {
    return new KeptGates(gates, 2, MODULES).selection(kept);
  }

  @Test
  void theGatesOfALayoutAreThoseOfItsPlaces() {
    assertThat(BOUNDS.gates(GateIndex.Layout.LAYER, "the test").size()).isEqualTo(2);
    assertThat(BOUNDS.gates(GateIndex.Layout.MODULE, "the test").size()).isEqualTo(2);
    assertThat(BOUNDS.gates(GateIndex.Layout.LAYER_MODULE, "the test").size()).isEqualTo(4);
    GateIndex parts = BOUNDS.gates(GateIndex.Layout.COMPONENT, "the test");
    assertThat(parts.size()).isEqualTo(8);
    assertThat(parts.groups())
        .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5), List.of(6, 7));
  }

  @Test
  void theGatesOfASoftmaxSumToTheirNumber() {
    Gates parts =
        gates(GateIndex.Layout.COMPONENT, 0.0, Math.log(3), 0.0, 0.0, 5.0, 5.0, -1.0, 1.0);
    assertThat(parts.gates().subList(0, 4)).containsExactly(0.5, 1.5, 1.0, 1.0);
    for (List<Integer> group : parts.index().groups()) {
      assertThat(group.stream().mapToDouble(parts::gate).sum()).isCloseTo(2, within(1e-12));
    }
  }

  @Test
  void whereThereIsOneModuleItsGatesAreThoseOfTheLayers() {
    Bounds bounds = new Bounds(new ProductAdapter(2), 3, List.of(SMALL));
    List<Double> alpha = List.of(0.3, -1.2, 0.8);
    Gates layers =
        new Gates(GateForm.SOFTMAX, bounds.gates(GateIndex.Layout.LAYER, "the test"), alpha);
    Gates modules =
        new Gates(GateForm.SOFTMAX, bounds.gates(GateIndex.Layout.LAYER_MODULE, "the test"), alpha);

    assertThat(modules.gates()).isEqualTo(layers.gates());
    assertThat(modules.means()).isEqualTo(layers.means());
    for (SelectionRule rule : List.of(SelectionRule.ABOVE_MEAN, SelectionRule.GATE_ABOVE_ONE)) {
      assertThat(rule.choose(modules, Optional.empty()))
          .isEqualTo(rule.choose(layers, Optional.empty()));
    }
  }

  @Test
  void partsOfAnAdapterThatHasNoneAreRefused() {
    assertThatThrownBy(
            () ->
                new Bounds(new NoAdapter())
                    .gates(GateIndex.Layout.COMPONENT, "selector 'autolora'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector 'autolora'")
        .hasMessageContaining("what adapter 'mine' adds to module 'small'")
        .hasMessageContaining("not a sum of rank-one parts");
  }

  @Test
  void modulesAreKeptInAllLayers() {
    Selection found = kept(gates(GateIndex.Layout.MODULE, -0.5, 0.5), List.of(1));
    assertThat(found.layers()).containsExactly(0, 1);
    assertThat(found.modules())
        .containsExactly(ChosenModule.of(0, "large"), ChosenModule.of(1, "large"));
    assertThat(found.moduleScores().get("alpha").get("small")).containsExactly(-0.5, -0.5);
  }

  @Test
  void modulesOfLayersAreKeptOneByOne() {
    Gates gates = gates(GateIndex.Layout.LAYER_MODULE, 0.1, -0.3, 0.4, -0.2);
    List<Integer> kept = SelectionRule.POSITIVE.choose(gates, Optional.empty());
    Selection found = kept(gates, kept);
    assertThat(found.modules())
        .containsExactly(ChosenModule.of(0, "small"), ChosenModule.of(1, "small"));
    assertThat(found.moduleScores().get("alpha").get("large")).containsExactly(-0.3, -0.2);
    assertThat(found.scores().get("gate").stream().mapToDouble(g -> g).sum())
        .isCloseTo(2, within(1e-12));
  }

  /** The threshold of the authors: a share of 1 / r of the module's softmax. */
  @Test
  void autoloraKeepsThePartsWithTheirShareAndAtLeastOneOfEachModule() {
    Gates start = gates(GateIndex.Layout.COMPONENT, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    assertThat(SearchedRanks.kept(start, 1)).hasSize(8);
    Gates moved = gates(GateIndex.Layout.COMPONENT, 0.0, 0.1, 0.0, 0.0, 0.3, -0.3, -0.1, 0.2);
    Selection found = kept(moved, SearchedRanks.kept(moved, 1));
    assertThat(found.modules())
        .containsExactly(
            ChosenModule.of(0, "small", 1),
            ChosenModule.of(0, "large", 2),
            ChosenModule.of(1, "small", 1),
            ChosenModule.of(1, "large", 1));
    assertThat(SearchedRanks.kept(moved, 100)).hasSize(4);
  }

  /** A softmax of a single part is 1 whatever its alpha. */
  @Test
  void autoloraOfRankOneHasGatesOfOneAndKeepsThemAll() {
    GateIndex index =
        new Bounds(new ProductAdapter(1)).gates(GateIndex.Layout.COMPONENT, "the test");
    Gates moved = new Gates(GateForm.SOFTMAX, index, List.of(0.7, -3.0, 60.0, -900.0));

    assertThat(moved.gates()).containsExactly(1.0, 1.0, 1.0, 1.0);
    assertThat(moved.centred()).containsOnly(0.0);
    assertThat(kept(moved, SearchedRanks.kept(moved, 1)).modules())
        .containsExactly(
            ChosenModule.of(0, "small", 1),
            ChosenModule.of(0, "large", 1),
            ChosenModule.of(1, "small", 1),
            ChosenModule.of(1, "large", 1));
  }

  @Test
  void aModuleWithoutAnyPartIsLeftAlone() {
    Gates gates = gates(GateIndex.Layout.COMPONENT, 0.5, 0.1, -1.0, -1.0, 0.0, 0.0, 0.0, 0.0);
    Selection found = kept(gates, List.of(0, 1, 6));
    assertThat(found.modules())
        .containsExactly(ChosenModule.of(0, "small", 2), ChosenModule.of(1, "large", 1));
    assertThat(found.moduleScores().get("rank").get("large")).containsExactly(0.0, 1.0);
  }

  /** Which parts of a module are kept changes nothing but how they are numbered. */
  @Test
  void ofPartsTheirNumbersDecideAndOfOtherGatesTheirPlaces() {
    KeptGates parts =
        new KeptGates(
            gates(GateIndex.Layout.COMPONENT, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 2, MODULES);
    assertThat(parts.deciding(List.of(0, 2, 3, 6))).containsExactly(1, 2, 0, 1);
    assertThat(parts.deciding(List.of(1, 2, 3, 7))).containsExactly(1, 2, 0, 1);
    KeptGates modules =
        new KeptGates(gates(GateIndex.Layout.LAYER_MODULE, 0.0, 0.0, 0.0, 0.0), 2, MODULES);
    assertThat(modules.deciding(List.of(0, 3))).containsExactly(0, 3);
  }

  /** Rank 2: a small module has 16 parameters, a large one 32. */
  @Test
  void aBudgetTakesTheLargestGatesThatFit() {
    Gates gates = gates(GateIndex.Layout.LAYER_MODULE, 0.1, 0.4, 0.2, 0.3);
    assertThat(budget(64, gates)).containsExactly(1, 3);
    assertThat(budget(63, gates)).containsExactly(1, 2);
    assertThat(budget(80, gates)).containsExactly(1, 2, 3);
    assertThat(budget(96, gates)).containsExactly(0, 1, 2, 3);
    // A part of a small module has 8 parameters, one of a large one 16.
    Gates parts = gates(GateIndex.Layout.COMPONENT, 0.0, 0.1, 0.0, 0.9, 0.0, 0.0, 0.0, 0.0);
    assertThat(budget(24, parts)).containsExactly(1, 3);
    assertThat(budget(48, gates(GateIndex.Layout.LAYER, 0.1, 0.0))).containsExactly(0);
    assertThat(budget(32, gates(GateIndex.Layout.MODULE, 0.0, 0.1))).containsExactly(0);
  }

  private static List<Integer> budget(long parameters, Gates gates) {
    return ParameterBudget.of(parameters, gates.index(), BOUNDS).choose(gates);
  }

  /** The numbers of the authors' code, for rank 8 on the query and value projections. */
  @Test
  void theParametersOfPublishedModelsAreThoseOfTheAuthors() {
    assertParameters(3_407_872, 32, linear("q", 4096, 4096), linear("v", 4096, 1024));
    assertParameters(4_194_304, 32, linear("q", 4096, 4096), linear("v", 4096, 4096));
    assertParameters(3_211_264, 28, linear("q", 3072, 4096), linear("v", 3072, 4096));
    // Query, key and value in one.
    assertParameters(1_949_696, 28, linear("qkv", 4096, 4608));
  }

  private static ModuleShape linear(String name, int inputs, int outputs) {
    return new ModuleShape(name, "layer.%d." + name, inputs, outputs);
  }

  private static void assertParameters(long parameters, int layers, ModuleShape... modules) {
    Bounds bounds = new Bounds(new ProductAdapter(8), layers, List.of(modules));
    GateIndex index = bounds.gates(GateIndex.Layout.LAYER, "the test");
    assertThat(ParameterBudget.of(parameters, index, bounds).costs())
        .hasSize(layers)
        .containsOnly(parameters / layers);
    assertThat(parameters % layers).isZero();
  }

  @Test
  void aBudgetBelowTheSmallestChoiceIsRefused() {
    ParameterBudget budget =
        ParameterBudget.of(15, BOUNDS.gates(GateIndex.Layout.LAYER_MODULE, "the test"), BOUNDS);
    assertThatThrownBy(() -> budget.requireOne("selector 'flexora'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("parameters: 15")
        .hasMessageContaining("write parameters: 16 or more");
  }

  @Test
  void theLargestPartsAreThoseWithTheLargestGatesAndNotAlphas() {
    Gates gates = gates(GateIndex.Layout.COMPONENT, 9.0, 9.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0);
    assertThat(SelectionRule.TOP_K.choose(gates, Optional.of(1))).containsExactly(3);
  }

  /** A list would be taken for one of layers. */
  @Test
  void gatesOfModulesAreToldOneByOne() {
    Gates gates = gates(GateIndex.Layout.MODULE, 0.0, 0.0);
    Progress told = new KeptGates(gates, 2, MODULES).told(Progress.of(1, 2), List.of(0));

    assertThat(told.figures()).containsOnlyKeys("gate_small", "gate_large");
    assertThat(told.figures().get("gate_small").number()).hasValue(1);
  }

  @Test
  void candidatesAloneHaveGatesAndAreChosen() {
    List<Integer> candidates = List.of(1, 3);
    GateIndex ofLayers = BOUNDS.gates(GateIndex.Layout.LAYER, candidates, "the test");
    Selection layers =
        new KeptGates(new Gates(GateForm.SOFTMAX, ofLayers, List.of(0.4, -0.4)), 4, MODULES)
            .selection(List.of(1));
    assertThat(layers.layers()).containsExactly(3);
    assertThat(layers.scores().get("alpha")).containsExactly(0.0, 0.4, 0.0, -0.4);
    assertThat(layers.scores().get("gate").get(0)).isZero();

    GateIndex ofModules = BOUNDS.gates(GateIndex.Layout.LAYER_MODULE, candidates, "the test");
    Selection modules =
        new KeptGates(
                new Gates(GateForm.SOFTMAX, ofModules, List.of(0.1, 0.2, 0.3, -0.6)), 4, MODULES)
            .selection(List.of(1, 2));
    assertThat(modules.modules())
        .extracting(ChosenModule::layer, ChosenModule::module)
        .containsExactly(tuple(1, MODULES.get(1).name()), tuple(3, MODULES.get(0).name()));
    assertThat(modules.scores().get("gate")).hasSize(4).element(2).isEqualTo(0.0);

    GateIndex parts = BOUNDS.gates(GateIndex.Layout.COMPONENT, candidates, "the test");
    Selection ranks =
        new KeptGates(
                new Gates(GateForm.SOFTMAX, parts, List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)),
                4,
                MODULES)
            .selection(List.of(0, 1, 6));
    assertThat(ranks.modules())
        .extracting(ChosenModule::layer, ChosenModule::module)
        .containsExactly(tuple(1, MODULES.get(0).name()), tuple(3, MODULES.get(1).name()));
  }
}
