package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.data.Dataset;
import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.posterior.Posterior.Snapshots;
import io.flexora.api.posterior.PosteriorContext;
import io.flexora.api.posterior.PosteriorSetting;
import io.flexora.api.posterior.Predictive;
import io.flexora.api.run.Event;
import io.flexora.api.run.Runner;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import io.flexora.api.task.Examples;
import io.flexora.api.task.Task;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.DeviceChoice;
import io.flexora.experiment.setup.EvaluatedExamples;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ModelDevices;
import io.flexora.experiment.setup.TaskOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.CheckpointOptions;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Posteriors that are made of several trainings of a cell's model. */
class PosteriorRunTest {

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4);
  private static final ModuleShape MODULE = new ModuleShape("m", "layer.%d.m", 1, 1);
  private static final AdapterParameter A = new AdapterParameter("a", "a", new Shape(1));
  private static final AdapterParameter C = new AdapterParameter("c", "c", new Shape(1));
  private static final ModelShape SHAPE =
      new ModelShape(
          "fake",
          2,
          1,
          8,
          List.of(MODULE),
          List.of("m"),
          3,
          "float32",
          12,
          "CAUSAL_LM",
          10,
          "base");

  @TempDir private Path runs;
  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final List<float[]> trained = new ArrayList<>();
  private final List<Optional<Duration>> limits = new ArrayList<>();
  private List<String> notices = List.of();
  private int count;

  @AfterEach
  void close() {
    manager.close();
  }

  /** With a trainer that returns what a training starts from. */
  @Test
  void furtherTrainingsStartFromOtherValuesThatTheAdapterMethodDraws() {
    run(new Starting(List.of(), /* drawn= */ true), List.of(0, 1), new Training(2));
    assertThat(trained).hasSize(3);
    for (int value = 0; value < 2; value++) {
      int at = value;
      assertThat(trained.stream().map(theta -> theta[at])).doesNotHaveDuplicates();
    }
    assertThat(notices).isEmpty();
    assertThat(limits)
        .containsExactly(Optional.of(Duration.ofHours(1)), Optional.of(Duration.ofHours(1)));
  }

  @Test
  void theyStartFromTheSameWhereItBelongsToConstants() {
    run(new Starting(List.of(C), /* drawn= */ true), List.of(0, 1), new Training(2));
    assertThat(trained).hasSize(3);
    assertThat(trained.get(1)).isEqualTo(trained.get(0));
    assertThat(trained.get(2)).isEqualTo(trained.get(0));
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith(
            "Trainings of posterior 'made' start from the adapter's values of cell 'main', as"
                + " adapter 'fake' makes no others that fit");
  }

  @Test
  void theySayWhereTheModelAloneDecidesWhatTheyStartFrom() {
    run(new Starting(List.of(), /* drawn= */ false), List.of(0), new Training(1));
    assertThat(trained.get(1)).isEqualTo(trained.get(0));
    assertThat(notices).hasSize(1);
  }

  @Test
  void startsOfOtherShapesDoNotFit() {
    AdapterPlan plan =
        new AdapterPlan(
            new Starting(List.of(), /* drawn= */ true), List.of(0), List.of("m"), Head.NONE);
    AdapterSite site = new AdapterSite(0, MODULE);
    AdapterParameter two = A.withShape(new Shape(2));
    AdapterStart own =
        new AdapterStart(
            Map.of(site, List.of(new AdapterArray(two, new float[2]))), Map.of(), List.of());
    assertThat(FurtherTrainings.otherStart(model(), plan, own, new Seeds(1), List::of)).isEmpty();
  }

  @Test
  void whatTrainsNothingPredictsAsTheModelDoes() {
    Posterior ofSteps =
        new Training(0) {
          @Override
          public Snapshots snapshots() {
            return new Snapshots(2, 5);
          }
        };
    for (Posterior posterior : List.of(new Training(2), ofSteps)) {
      CellOutcome outcome = run(new Starting(List.of(), /* drawn= */ true), List.of(), posterior);
      assertThat(outcome.failure()).isEmpty();
      assertThat(outcome.figures()).isEmpty();
      assertThat(notices)
          .containsExactly(
              "Cell 'main' trains nothing that posterior 'made' could average: it predicts as the"
                  + " model does.");
    }
    assertThat(trained).isEmpty();
  }

  /** Runs the posterior of a cell that is trained already. */
  private CellOutcome run(AdapterMethod adapter, List<Integer> layers, Posterior posterior) {
    ExperimentConfiguration configuration = configuration(adapter, posterior);
    Selection selection = Selection.of(layers);
    try (RunFolder folder = RunFolder.create(runs, "run" + ++count, TIME, "seed: 1");
        ExperimentInputs inputs = ExperimentInputs.of(configuration, ModelDevices.ONE)) {
      CellFolder main = folder.cell("main");
      main.begin(Map.of());
      main.writeSelection(selection);
      try (AdaptedModel model = inputs.adapters().adapt(selection, main)) {
        main.writeTheta(
            model.initialTheta(manager, new Seeds(1)).toFloatArray(), Head.Saved.of(Head.NONE));
      }
      RunScope scope =
          new RunScope(
              configuration,
              folder,
              RunListener.NONE,
              () -> false,
              Map.of(),
              seeds -> trainer(),
              cell -> Map.of(),
              new CellReuse());
      CellOutcome outcome =
          new PosteriorRun(scope, inputs, RunCell.of("main").with("made"))
              .run(configuration.selector(), ofMain(layers));
      notices =
          folder.eventsSoFar().stream()
              .flatMap(
                  event ->
                      event.what() instanceof Event.Notice notice
                          ? Stream.of(notice.sentence())
                          : Stream.empty())
              .toList();
      return outcome;
    }
  }

  private static CellOutcome ofMain(List<Integer> layers) {
    return CellOutcome.of(1).selectedLayers(layers).trainableParameters(layers.size()).build();
  }

  private ExperimentConfiguration configuration(AdapterMethod adapter, Posterior posterior) {
    return new ExperimentConfiguration(
        "cell",
        1,
        Optional.empty(),
        component(backend()),
        new TaskOptions(
            component((Dataset) PosteriorRunTest::rows),
            component((Task) rows -> examples()),
            component(Objective.ANSWER),
            component((Evaluator) PosteriorRunTest::evaluated),
            Map.of(),
            /* exampleTexts= */ true),
        component(
            proxy(
                Selector.class,
                (p, method, arguments) ->
                    method.getReturnType() == TrainingStart.class
                        ? TrainingStart.INITIAL
                        : Optional.empty())),
        new CellOptions(
            DeviceChoice.CPU,
            1,
            component(adapter),
            component(trainer()),
            Map.of("made", component(posterior)),
            component(proxy(Runner.class, (p, method, arguments) -> null)),
            new CheckpointOptions(0, 0, 1),
            List.of(),
            Optional.empty()),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Duration.ofHours(1)),
        /* timeLimitIncludesSearch= */ false,
        Optional.empty(),
        Optional.empty(),
        EvaluatedExamples.TEST,
        List.of());
  }

  /** Asks for so many further trainings. */
  private class Training implements Posterior {

    private final int trainings;

    Training(int trainings) {
      this.trainings = trainings;
    }

    @Override
    public Workload cost(PosteriorSetting setting) {
      return Workload.NONE.trainings(trainings);
    }

    @Override
    public Predictive fit(PosteriorContext context) {
      trained.add(context.theta().toFloatArray());
      for (int number = 1; number <= trainings; number++) {
        trained.add(context.snapshot(number).toFloatArray());
      }
      return (scope, examples, batch) -> context.model().scores(scope, batch, null);
    }
  }

  private Trainer trainer() {
    return new Trainer() {
      @Override
      public TrainingResult train(TrainingContext context) {
        limits.add(context.timeLimit());
        return TrainingResult.of(context.model().initialTheta(context.manager(), new Seeds(1)), 1);
      }

      @Override
      public Workload cost(TrainingSetting.Size size) {
        return Workload.NONE.storedThetas(1);
      }
    };
  }

  /** An adapter of one number, which its initialisation draws, or takes from the model alone. */
  private static final class Starting extends NoAdapter {

    private final List<AdapterParameter> constants;
    private final boolean drawn;

    Starting(List<AdapterParameter> constants, boolean drawn) {
      this.constants = constants;
      this.drawn = drawn;
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return List.of(A);
    }

    @Override
    public List<AdapterParameter> constants(ModuleShape module) {
      return constants;
    }

    @Override
    public Optional<AdapterInitialisation> initialisation() {
      return Optional.of(this::start);
    }

    private AdapterStart start(AdapterInitialisation.Setting setting) {
      Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
      Map<AdapterSite, List<AdapterArray>> ofConstants = new LinkedHashMap<>();
      for (AdapterSite site : setting.sites()) {
        SplittableRandom random = setting.random(site, A);
        float value = drawn ? (float) random.nextDouble() : site.layer() + 1;
        parameters.put(site, List.of(new AdapterArray(A, new float[] {value})));
        ofConstants.put(
            site, constants.stream().map(c -> new AdapterArray(c, new float[] {value})).toList());
      }
      return new AdapterStart(parameters, ofConstants, List.of());
    }
  }

  private ModelBackend backend() {
    return new ModelBackend() {
      @Override
      public ModelShape describe() {
        return SHAPE;
      }

      @Override
      public Tokenizer tokenizer() {
        return proxy(
            Tokenizer.class,
            (p, method, arguments) ->
                method.getName().equals("tokens")
                    ? new Tokens((Example) arguments[0], new int[] {1}, List.of(), 0)
                    : null);
      }

      @Override
      public BaseModel load() {
        return model();
      }
    };
  }

  private BaseModel model() {
    return proxy(
        BaseModel.class,
        (p, method, arguments) ->
            switch (method.getName()) {
              case "shape" -> SHAPE;
              case "manager" -> manager;
              case "adapt" -> adapted((AdapterPlan) arguments[0]);
              default -> null;
            });
  }

  /** A model whose theta starts from what the plan says. */
  private static AdaptedModel adapted(AdapterPlan plan) {
    List<Integer> layers = plan.layers();
    ParameterIndex parameters =
        new ParameterIndex(
            IntStream.range(0, layers.size())
                .mapToObj(
                    i -> new Slice(i, new Shape(1), new Slice.Adapter(layers.get(i), MODULE, A)))
                .toList());
    return proxy(
        AdaptedModel.class,
        (p, method, arguments) ->
            switch (method.getName()) {
              case "plan" -> plan;
              case "parameters" -> parameters;
              case "initialTheta" -> NativeArrays.of((NDManager) arguments[0], start(plan));
              default -> null;
            });
  }

  private static float[] start(AdapterPlan plan) {
    AdapterStart start = plan.start().orElseThrow();
    float[] theta = new float[plan.layers().size()];
    for (int i = 0; i < theta.length; i++) {
      AdapterSite site = new AdapterSite(plan.layers().get(i), MODULE);
      theta[i] = start.parameters().get(site).get(0).values()[0];
    }
    return theta;
  }

  private static Map<Split, List<Row>> rows() {
    return Map.of(
        Split.TRAIN, List.of(new Row("train", Map.of())),
        Split.VALIDATION, List.of(new Row("validation", Map.of())),
        Split.TEST, List.of(new Row("test", Map.of())));
  }

  private static Examples examples() {
    return new Examples(
        List.of(),
        Map.of(
            Split.TRAIN, List.of(example("train")),
            Split.VALIDATION, List.of(example("validation")),
            Split.TEST, List.of(example("test"))));
  }

  private static Example example(String id) {
    return new Example(id, "a prompt", List.of("a", "b"), 0);
  }

  private static Evaluation evaluated(EvaluationContext context) {
    return new Evaluation(
        Map.of("acc", new MetricValue(MetricDescription.fraction("acc"), 1, 0)),
        "acc",
        context.examples().stream()
            .map(tokens -> new Prediction(tokens.example().id(), 0, 0, List.of(-1.0, -2.0)))
            .toList());
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

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
