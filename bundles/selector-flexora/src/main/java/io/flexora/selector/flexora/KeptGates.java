package io.flexora.selector.flexora;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.numerics.layer.ModuleValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The selection that gates make.
 *
 * @param gates all gates
 * @param layers the number of layers
 * @param modules the target modules
 */
record KeptGates(Gates gates, int layers, List<ModuleShape> modules) {

  private static final String GATE = "gate";
  private static final String ALPHA = "alpha";
  private static final String RANK = "rank";

  /** Plain LoRA has a gate of 1 on each layer, and alpha begins at 0. */
  private static final List<ScoreDescription> DESCRIPTIONS =
      List.of(
          ScoreDescription.of("gates", "gate").withNeutral(1, "as in plain LoRA"),
          ScoreDescription.of(ALPHA, ALPHA).withNeutral(0, "the initial value"),
          ScoreDescription.of(GATE, GATE).withNeutral(1, "as in plain LoRA"));

  private static final List<ScoreDescription> MODULE_DESCRIPTIONS =
      List.of(
          ScoreDescription.of("gates", "mean gate").withNeutral(1, "as in plain LoRA"),
          ScoreDescription.of(GATE, GATE).withNeutral(1, "as in plain LoRA"),
          ScoreDescription.of(ALPHA, ALPHA).withNeutral(0, "the initial value"));

  private static final List<ScoreDescription> RANK_DESCRIPTIONS =
      List.of(ScoreDescription.of("ranks", "mean rank"), ScoreDescription.of(RANK, "mean rank"));

  /**
   * What is adapted where some gates are kept.
   *
   * @param kept their places, ascending
   */
  Selection selection(List<Integer> kept) {
    return switch (gates.index().layout()) {
      case LAYER ->
          new Selection(
              kept.stream().map(candidates()::get).toList(),
              Map.of(ALPHA, inModel(gates.values()), GATE, inModel(gates.gates())),
              DESCRIPTIONS);
      case MODULE -> modules(kept);
      case LAYER_MODULE -> layerModules(kept);
      case COMPONENT -> components(kept);
    };
  }

  private Selection modules(List<Integer> kept) {
    List<ChosenModule> chosen =
        IntStream.range(0, layers)
            .boxed()
            .flatMap(layer -> kept.stream().map(m -> ChosenModule.of(layer, names().get(m))))
            .toList();
    return Selection.ofModules(
        chosen,
        Map.of(),
        Map.of(
            GATE, values(inEachLayer(gates.gates())).byModule(),
            ALPHA, values(inEachLayer(gates.values())).byModule()),
        MODULE_DESCRIPTIONS);
  }

  private List<Double> inEachLayer(List<Double> ofModules) {
    return Collections.nCopies(layers, ofModules).stream().flatMap(List::stream).toList();
  }

  private Selection layerModules(List<Integer> kept) {
    List<ChosenModule> chosen =
        kept.stream()
            .map(gates.index().gates()::get)
            .map(g -> ChosenModule.of(g.layer().getAsInt(), g.module().orElseThrow().name()))
            .toList();
    return Selection.ofModules(
        chosen,
        Map.of(GATE, values(gates.gates()).means()),
        Map.of(
            GATE, values(gates.gates()).byModule(),
            ALPHA, values(gates.values()).byModule()),
        MODULE_DESCRIPTIONS);
  }

  /**
   * What of the kept gates decides the selection: where they gate parts, how many of each module
   * are kept, and not which; otherwise their places.
   *
   * @param kept their places, ascending
   */
  List<Integer> deciding(List<Integer> kept) {
    return gates.index().layout() == GateIndex.Layout.COMPONENT
        ? ranks(kept).stream().map(Double::intValue).toList()
        : kept;
  }

  /** A module has as many ranks as gates of it are kept. */
  private Selection components(List<Integer> kept) {
    List<Double> ranks = ranks(kept);
    List<ChosenModule> chosen = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      if (ranks.get(i) > 0) {
        chosen.add(
            ChosenModule.of(
                candidates().get(i / modules.size()),
                names().get(i % modules.size()),
                ranks.get(i).intValue()));
      }
    }
    return Selection.ofModules(
        chosen,
        Map.of(RANK, values(ranks).means()),
        Map.of(RANK, values(ranks).byModule()),
        RANK_DESCRIPTIONS);
  }

  private List<Double> ranks(List<Integer> kept) {
    double[] ranks = new double[candidates().size() * modules.size()];
    // A module is a softmax of its own, and the softmaxes have the order of the modules.
    kept.forEach(gate -> ranks[gates.index().gates().get(gate).group()]++);
    return IntStream.range(0, ranks.length).mapToObj(i -> ranks[i]).toList();
  }

  private List<String> names() {
    return modules.stream().map(ModuleShape::name).toList();
  }

  private ModuleValues values(List<Double> ofModules) {
    return new ModuleValues(names(), inModel(ofModules));
  }

  /** The layers that have gates, ascending; all where modules of all layers have one gate. */
  private List<Integer> candidates() {
    List<Integer> gated =
        gates.index().gates().stream()
            .flatMapToInt(gate -> gate.layer().stream())
            .distinct()
            .boxed()
            .toList();
    return gated.isEmpty() ? IntStream.range(0, layers).boxed().toList() : gated;
  }

  /**
   * Numbers of all layers: those of the candidates, equally many of each, and 0 elsewhere, as a
   * layer without an adapter has a gate of 0 and its alpha stays as it begins.
   */
  private List<Double> inModel(List<Double> ofCandidates) {
    List<Integer> candidates = candidates();
    int each = ofCandidates.size() / candidates.size();
    List<Double> all = new ArrayList<>(Collections.nCopies(layers * each, 0.0));
    for (int i = 0; i < ofCandidates.size(); i++) {
      all.set(candidates.get(i / each) * each + i % each, ofCandidates.get(i));
    }
    return all;
  }

  /**
   * What a step tells of its gates: a list with a number for each layer; or, where modules of all
   * layers have one gate, a number for each of them.
   *
   * @param kept the places of the gates that would be kept after the step, ascending
   */
  Progress told(Progress step, List<Integer> kept) {
    GateIndex index = gates.index();
    return switch (index.layout()) {
      case LAYER -> step.with(ALPHA, inModel(gates.values())).with("gates", inModel(gates.gates()));
      case MODULE -> toldOfModules(step);
      case LAYER_MODULE -> step.with("gates", values(gates.gates()).means());
      case COMPONENT -> step.with("ranks", values(ranks(kept)).means());
    };
  }

  private Progress toldOfModules(Progress step) {
    Progress told = step;
    for (int module = 0; module < modules.size(); module++) {
      told = told.with("gate_" + names().get(module).replace('.', '_'), gates.gates().get(module));
    }
    return told;
  }
}
