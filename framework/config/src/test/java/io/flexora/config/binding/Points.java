package io.flexora.config.binding;

import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Extension;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.plugin.Option;
import io.flexora.config.option.ComponentType;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A small world of extension points, extensions and an experiment, to configure in tests. */
public final class Points {

  private Points() {}

  @ExtensionPoint(value = "selector", affects = Effect.SEARCH)
  public interface Picker {}

  @ExtensionPoint(value = "solver", affects = Effect.SEARCH)
  public interface Stepper {}

  @ExtensionPoint(
      value = "adapter",
      affects = {Effect.SEARCH, Effect.TRAINING})
  public interface Adapting {}

  public enum Precision {
    FLOAT_32,
    BFLOAT_16,
    OFF
  }

  public record Schedule(
      @Option(doc = "Steps of warm-up.", byDefault = "0", min = 0) long warmupSteps,
      @Option(doc = "Share of the steps for warm-up.", byDefault = "0.1", min = 0, max = 1)
          double warmupRatio) {}

  public record Checkpoints(
      @Option(doc = "How many are kept.", byDefault = "2", min = 1) int keep,
      @Option(doc = "Time between two.", byDefault = "10m", min = 1) Duration every,
      @Option(doc = "Learning rate over time.") Schedule schedule) {}

  public record Column(
      @Option(doc = "The name.") String name,
      @Option(doc = "The width in characters.", byDefault = "8", min = 1, max = 80) int width) {}

  public record Experiment(
      @Option(doc = "What the run is called.") String name,
      @Option(doc = "The seed of everything random.", byDefault = "42") long seed,
      @Option(doc = "How the layers are chosen.", byDefault = "flexora") Component<Picker> selector,
      @Option(doc = "What is trained.") Component<Adapting> adapter,
      @Option(doc = "Other strategies to compare with.", byDefault = "{}")
          Map<String, Component<Picker>> baselines,
      @Option(doc = "When the state is kept.") Checkpoints checkpoints,
      @Option(doc = "Number format.", byDefault = "float-32", aliases = "dtype")
          Precision precision,
      @Option(doc = "Where results go.", byDefault = "runs") Path output,
      @Option(doc = "Rows to read.") Optional<Path> data,
      @Option(doc = "Columns of the report.", byDefault = "[]") List<Column> columns,
      @Option(doc = "Shares of the splits.", byDefault = "[0.8, 0.1, 0.1]", min = 0, max = 1)
          List<Double> shares,
      @Option(doc = "Whether to say less.", byDefault = "false") boolean quiet) {}

  public record FlexoraOptions(
      @Option(doc = "The inner solver.", byDefault = "unrolled") Component<Stepper> solver,
      @Option(doc = "Outer steps.", byDefault = "100", min = 1) int steps,
      @Option(doc = "Layers to choose; as many as pay off when empty.", min = 1)
          Optional<Integer> count) {}

  public record GivenOptions(@Option(doc = "The layers, from 0.", min = 0) List<Integer> layers) {

    public GivenOptions {
      for (int i = 1; i < layers.size(); i++) {
        if (layers.get(i - 1) >= layers.get(i)) {
          throw new IllegalArgumentException("layers have to ascend: " + layers);
        }
      }
    }
  }

  public record Descent(
      @Option(doc = "Learning rate.", byDefault = "1e-4", min = 0, minExclusive = true)
          double learningRate) {}

  public record UnrolledOptions(
      @Option(doc = "Inner steps.", byDefault = "1", min = 1, max = 64) int innerSteps,
      @Inline Descent descent) {}

  public record LoraOptions(
      @Option(
              doc = "Rank of the update.",
              byDefault = "8",
              min = 1,
              max = 512,
              aliases = {"lora_r", "r"})
          int loraRank,
      @Option(doc = "Scale.", byDefault = "16", min = 0, minExclusive = true) double loraAlpha,
      @Option(doc = "Modules to adapt.", byDefault = "[]") List<String> targetModules) {}

  public record BrokenOptions(int forgotten) {}

  @Doc("Choose the layers by their gates.")
  public static final class Flexora implements Picker {}

  public static final class Given implements Picker {}

  public static final class All implements Picker {}

  public static final class Unrolled implements Stepper {}

  public static final class FirstOrder implements Stepper {}

  public static final class Lora implements Adapting {}

  public static final List<ComponentType> INSTALLED =
      List.of(
          type(Adapting.class, "broken", BrokenOptions.class, Lora.class, "1.0.0"),
          type(Adapting.class, "lora", LoraOptions.class, Lora.class, "1.2.0"),
          type(Picker.class, "all", NoOptions.class, All.class, "1.0.0"),
          type(Picker.class, "flexora", FlexoraOptions.class, Flexora.class, "1.1.0"),
          type(Picker.class, "flexora", FlexoraOptions.class, Flexora.class, "1.0.0"),
          type(Picker.class, "given", GivenOptions.class, Given.class, "1.0.0"),
          type(Stepper.class, "first-order", NoOptions.class, FirstOrder.class, "1.0.0"),
          type(Stepper.class, "unrolled", UnrolledOptions.class, Unrolled.class, "1.0.0"));

  /** Finds the highest version, or the exact one. */
  public static final ComponentTypes TYPES =
      new ComponentTypes() {
        @Override
        public List<ComponentType> ofKind(String kind) {
          return kinds(kind).toList();
        }

        @Override
        public Optional<ComponentType> find(String kind, String reference) {
          return kinds(kind)
              .filter(t -> t.name().equals(reference) || t.reference().equals(reference))
              .findFirst();
        }
      };

  public static final ComponentFactory FACTORY =
      (type, configuration) -> {
        try {
          return type.extension().implementation().getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      };

  public static RecordBinder binder() {
    return new RecordBinder(TYPES, FACTORY);
  }

  /** Reads and binds an experiment that is called {@code test.yaml}. */
  public static Bound<Experiment> bind(String yaml, String... assignments) {
    ConfigurationReader reader = new ConfigurationReader();
    ConfigNode node = reader.override(reader.parse(yaml, "test.yaml"), List.of(assignments));
    return binder().bind(node, Experiment.class);
  }

  private static Stream<ComponentType> kinds(String kind) {
    return INSTALLED.stream().filter(t -> t.extension().kind().equals(kind));
  }

  private static <T> ComponentType type(
      Class<T> point,
      String name,
      Class<? extends Record> configuration,
      Class<? extends T> implementation,
      String version) {
    return new ComponentType(
        new Extension<>(point, name, configuration, implementation), "test", version, false);
  }
}
