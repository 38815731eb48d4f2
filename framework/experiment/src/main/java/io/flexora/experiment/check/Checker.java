package io.flexora.experiment.check;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.data.Split;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.experiment.check.CheckReport.AdaptedModule;
import io.flexora.experiment.check.CheckReport.CheckedCell;
import io.flexora.experiment.check.CheckReport.ShownChoice;
import io.flexora.experiment.check.CheckReport.ShownExample;
import io.flexora.experiment.check.CheckReport.ShownToken;
import io.flexora.experiment.check.CheckReport.SplitSize;
import io.flexora.experiment.estimate.Expectation;
import io.flexora.experiment.estimate.ExperimentMemory;
import io.flexora.experiment.estimate.LargestBatch;
import io.flexora.experiment.fit.Strategies;
import io.flexora.experiment.inputs.ExperimentData;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.DeviceDescription;
import io.flexora.experiment.setup.ExperimentConfiguration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds out what an experiment would do. */
public final class Checker {

  private static final int SHOWN_EXAMPLES = 3;

  private final ExperimentConfiguration configuration;
  private final ExperimentInputs inputs;
  private final Strategies strategies;
  private final DeviceDescription device;

  /** Makes the check of an experiment. */
  public Checker(
      ExperimentConfiguration configuration,
      ExperimentInputs inputs,
      Strategies strategies,
      DeviceDescription device) {
    this.configuration = configuration;
    this.inputs = inputs;
    this.strategies = strategies;
    this.device = device;
  }

  /**
   * Describes the run.
   *
   * @param contested the choices of an extension that more than one plugin brings
   * @param notices what a run says before it begins
   * @param decisions what the options mean that are left to the machine
   * @param refusal why it would not begin on this machine; empty if it would
   */
  public CheckReport check(
      String resolved,
      List<String> contested,
      List<String> notices,
      Map<String, Decision> decisions,
      Optional<String> refusal) {
    ModelShape shape = inputs.pretrained().shape();
    return new CheckReport(
        resolved,
        device.words(),
        device.present(),
        shape,
        modules(),
        inputs.adapters().parameters(1),
        inputs.adapters().headParameters(),
        inputs.training().cost(configuration.selector()),
        cells(),
        inputs.data().examples().classes(),
        configuration.data().objective().name(),
        inputs.data().objective().description(),
        splits(),
        new ExperimentMemory(inputs).of(strategies.cost(inputs)),
        shownExamples(),
        contested,
        notices,
        decisions,
        refusal);
  }

  private List<AdaptedModule> modules() {
    AdapterMethod method = configuration.cell().adapter().get();
    List<AdaptedModule> modules = new ArrayList<>();
    for (ModuleShape module : inputs.adapters().targets()) {
      long size = method.parameters(module).stream().mapToLong(p -> p.shape().size()).sum();
      modules.add(new AdaptedModule(module, size));
    }
    return modules;
  }

  private Map<String, CheckedCell> cells() {
    Map<String, Workload> costs = strategies.costs(inputs);
    Map<String, Expectation> expectations = strategies.expectations(inputs);
    Map<String, CheckedCell> cells = new LinkedHashMap<>();
    configuration
        .cells()
        .forEach(
            (name, selector) ->
                cells.put(
                    name,
                    new CheckedCell(
                        selector.name(),
                        costs.getOrDefault(name, Workload.NONE),
                        Optional.ofNullable(expectations.get(name)))));
    return cells;
  }

  private Map<String, SplitSize> splits() {
    Map<String, SplitSize> sizes = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      sizes.put(split.name().toLowerCase(Locale.ROOT), size(inputs.data(), split));
    }
    inputs.data().testSets().forEach((name, of) -> sizes.put("test/" + name, size(of, Split.TEST)));
    return sizes;
  }

  private static SplitSize size(ExperimentData data, Split split) {
    List<Tokens> tokens = data.tokens(split);
    return new SplitSize(
        tokens.size(),
        tokens.stream().mapToLong(Tokens::length).sum(),
        ExperimentMemory.trainedSizes(data, split).stream()
            .mapToLong(LargestBatch.Size::labelled)
            .sum(),
        tokens.stream().mapToInt(Tokens::length).max().orElse(0),
        (int) tokens.stream().filter(t -> t.truncated() > 0).count(),
        tokens.stream().mapToLong(Tokens::truncated).sum());
  }

  private List<ShownExample> shownExamples() {
    return inputs.data().tokens(Split.TRAIN).stream()
        .limit(SHOWN_EXAMPLES)
        .map(this::shown)
        .toList();
  }

  private ShownExample shown(Tokens tokens) {
    int label = tokens.example().label();
    boolean all = inputs.data().objective().comparesChoices();
    List<ShownChoice> choices = new ArrayList<>();
    for (int i = 0; i < tokens.choices().size(); i++) {
      Continuation choice = tokens.choices().get(i);
      boolean[] learnt = all || i == label ? choice.answer() : new boolean[choice.ids().length];
      choices.add(new ShownChoice(tokens.example().isRight(i), shown(choice.ids(), learnt)));
    }
    return new ShownExample(
        tokens.example().id(),
        shown(tokens.ids(), new boolean[tokens.ids().length]),
        choices,
        tokens.example().choices().get(label));
  }

  private List<ShownToken> shown(int[] ids, boolean[] labelled) {
    List<String> texts = inputs.pretrained().tokenizer().texts(ids);
    List<ShownToken> shown = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      shown.add(new ShownToken(ids[i], texts.get(i), labelled[i]));
    }
    return shown;
  }
}
