package io.flexora.experiment.fit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Compatibility;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.experiment.DescribedModel;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.DeviceChoice;
import io.flexora.experiment.setup.EvaluatedExamples;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ModelDevices;
import io.flexora.experiment.setup.TaskOptions;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.runstore.CheckpointOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What strategies demand of the other parts is asked before anything is computed. */
class StrategyDemandsTest {

  private static final String FILE =
      """
      selector: plain
      baselines:
        ranked: {use: ranked, k: 2}
        shared: shared
        moving: moving
      """;

  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", 4, 4);

  @Test
  void aTrainerRefusesWhatItCannotGiveWhereTheStrategyIsWritten() {
    assertThat(incompatible(Set.of(AdapterDemand.values())))
        .containsExactly(
            "mine.yaml:3:11: selector 'ranked' gives modules ranks of their own, which does not fit"
                + " trainer 'strict': it does not do that",
            "mine.yaml:4:11: selector 'shared' lets layers share an adapter, which does not fit"
                + " trainer 'strict': it does not do that",
            "mine.yaml:5:11: selector 'moving' changes the layers that are trained from step to"
                + " step, which does not fit trainer 'strict': it does not do that");
  }

  @Test
  void eachDemandIsRefusedByItself() {
    assertThat(incompatible(Set.of())).isEmpty();
    assertThat(incompatible(Set.of(AdapterDemand.SHARED_ADAPTERS)))
        .singleElement()
        .asString()
        .startsWith("mine.yaml:4:11: selector 'shared'");
  }

  @Test
  void anAdapterThatChangesAllLayersIsRefusedWhereSomeRest() {
    assertThat(incompatible(Set.of(), new Updating(), Map.of()))
        .last()
        .isEqualTo(
            "mine.yaml:5:11: selector 'moving' trains some layers at a time, but adapter 'low-rank'"
                + " changes all layers after each step; use one that does not, such as plain LoRA,"
                + " or train all chosen layers in each step");
  }

  @Test
  void aPosteriorRefusesWhatItCannotBeMadeOfWhereTheStrategyIsWritten() {
    assertThat(
            incompatible(
                Set.of(), new RankTwo(), Map.of("apart", component("separate", new Apart()))))
        .containsExactly(
            "mine.yaml:4:11: selector 'shared' lets layers share an adapter, which does not fit"
                + " posterior 'apart': it takes each layer by itself");
  }

  private static List<String> incompatible(Set<AdapterDemand> refused) {
    return incompatible(refused, new RankTwo(), Map.of());
  }

  private static List<String> incompatible(
      Set<AdapterDemand> refused,
      AdapterMethod adapter,
      Map<String, Component<Posterior>> posteriors) {
    ExperimentConfiguration configuration = configuration(refused, adapter, posteriors);
    try (ExperimentInputs inputs = ExperimentInputs.of(configuration, ModelDevices.ONE)) {
      return new Strategies(configuration, new ConfigurationReader().parse(FILE, "mine.yaml"))
          .incompatible(inputs).stream().map(ConfigProblem::toString).toList();
    }
  }

  private static ExperimentConfiguration configuration(
      Set<AdapterDemand> refused,
      AdapterMethod adapter,
      Map<String, Component<Posterior>> posteriors) {
    Map<String, Component<Selector>> baselines = new LinkedHashMap<>();
    baselines.put("ranked", demanding("ranked", AdapterDemand.RANKS));
    baselines.put("shared", demanding("shared", AdapterDemand.SHARED_ADAPTERS));
    baselines.put("moving", demanding("moving", AdapterDemand.SCHEDULE));
    return new ExperimentConfiguration(
        "run",
        1,
        Optional.empty(),
        component("fake", new DescribedModel(3, List.of(MODULE), List.of("dense"))),
        new TaskOptions(unused(), unused(), unused(), unused(), Map.of(), true),
        component("plain", new Demanding("plain", List.of())),
        new CellOptions(
            DeviceChoice.CPU,
            1,
            component("low-rank", adapter),
            component("strict", new Strict(refused)),
            posteriors,
            unused(),
            new CheckpointOptions(0, 0, 1),
            List.of(),
            Optional.empty()),
        baselines,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        EvaluatedExamples.TEST,
        List.of());
  }

  private static Component<Selector> demanding(String name, AdapterDemand demand) {
    return component(name, new Demanding(name, List.of(demand)));
  }

  private record Demanding(String name, List<AdapterDemand> demands) implements Selector {

    @Override
    public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
      demands.forEach(demand -> bounds.demand(demand, "selector '%s'".formatted(name), found));
    }

    @Override
    public Selection select(SelectionContext context) {
      throw new AssertionError("nothing is to be computed");
    }
  }

  private record Strict(Set<AdapterDemand> refused) implements Trainer {

    @Override
    public void checkCompatibility(AdapterDemand demand, Compatibility found) {
      if (refused.contains(demand)) {
        found.refuse("it does not do that");
      }
    }

    @Override
    public TrainingResult train(TrainingContext context) {
      throw new AssertionError("nothing is to be trained");
    }

    @Override
    public Workload cost(TrainingSetting.Size size) {
      throw new AssertionError("there is no data");
    }
  }

  private static final class Apart implements Posterior {

    @Override
    public void checkCompatibility(AdapterDemand demand, Compatibility found) {
      if (demand == AdapterDemand.SHARED_ADAPTERS) {
        found.refuse("it takes each layer by itself");
      }
    }

    @Override
    public Predictive fit(PosteriorContext context) {
      throw new AssertionError("nothing is trained that it could be made of");
    }
  }

  private static final class Updating extends NoAdapter {

    @Override
    public Optional<TrainingSchedule> schedule() {
      return Optional.of(
          new TrainingSchedule() {
            @Override
            public Known start(NDManager scope, List<ParameterPlace> places, NDArray theta) {
              throw new AssertionError("nothing is to be trained");
            }

            @Override
            public Turn after(NDManager scope, Moment at, NDArray gradient) {
              throw new AssertionError("nothing is to be trained");
            }
          });
    }
  }

  private static final class RankTwo extends NoAdapter implements AdapterMethod.Ranked {

    @Override
    public Optional<AdapterMethod.Ranked> ranked() {
      return Optional.of(this);
    }

    @Override
    public int rank(ModuleShape module) {
      return 2;
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module, int rank) {
      return parameters(module);
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(new AdapterParameter("A", "A", new Shape(2, module.inputs())));
    }
  }

  private static <T> Component<T> unused() {
    return component("unused", null);
  }

  private static <T> Component<T> component(String name, T extension) {
    return new Component<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public T get() {
        return extension;
      }
    };
  }
}
