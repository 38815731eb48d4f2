package io.flexora.config.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.plugin.Component;
import io.flexora.config.binding.Points.Experiment;
import io.flexora.config.binding.Points.FlexoraOptions;
import io.flexora.config.binding.Points.LoraOptions;
import io.flexora.config.binding.Points.Precision;
import io.flexora.config.binding.Points.UnrolledOptions;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.config.yaml.ConfigurationWriter;
import io.flexora.config.yaml.Location;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordBinderTest {

  private static final String LEAST = "name: least\nadapter: lora\n";

  @Test
  void defaultsFillWhatIsNotWritten() {
    Experiment least = Points.bind(LEAST).value();
    assertThat(least.seed()).isEqualTo(42);
    assertThat(least.selector().name()).isEqualTo("flexora");
    assertThat(least.checkpoints().keep()).isEqualTo(2);
    assertThat(least.checkpoints().every()).isEqualTo(Duration.ofMinutes(10));
    assertThat(least.checkpoints().schedule().warmupRatio()).isEqualTo(0.1);
    assertThat(least.precision()).isEqualTo(Precision.FLOAT_32);
    assertThat(least.output()).isEqualTo(Path.of("runs").toAbsolutePath());
    assertThat(least.data()).isEmpty();
    assertThat(least.shares()).containsExactly(0.8, 0.1, 0.1);
    assertThat(options(least.selector(), FlexoraOptions.class).solver().name())
        .isEqualTo("unrolled");
  }

  @Test
  void whatNobodyHasWrittenIsToldFromWhatIsTheSame() {
    String flexora = LEAST + "selector: flexora\n";
    assertThat(placeOfSelector(Points.bind(LEAST)).ofDefault()).isTrue();
    assertThat(placeOfSelector(Points.bind(LEAST))).hasToString("test.yaml:1:1");
    assertThat(placeOfSelector(Points.bind(flexora)).ofDefault()).isFalse();
    assertThat(placeOfSelector(Points.bind(LEAST, "selector=flexora")).ofDefault()).isFalse();
  }

  private static Location placeOfSelector(Bound<Experiment> bound) {
    return ((ConfigNode.Mapping) bound.resolved()).get("selector").orElseThrow().location();
  }

  @Test
  void numbersAreReadAsPeopleWriteThem() {
    String yaml =
        LEAST
            + "seed: -9000000000\n"
            + "selector: {use: flexora, count: 3, solver: {use: unrolled, learning_rate: 2E-05}}\n"
            + "shares: [1, .5, 1e-1, 0.25e+0]\n";
    Experiment experiment = Points.bind(yaml).value();
    FlexoraOptions flexora = options(experiment.selector(), FlexoraOptions.class);
    assertThat(experiment.seed()).isEqualTo(-9_000_000_000L);
    assertThat(flexora.count()).isEqualTo(Optional.of(3));
    assertThat(options(flexora.solver(), UnrolledOptions.class).descent().learningRate())
        .isEqualTo(2e-5);
    assertThat(experiment.shares()).containsExactly(1.0, 0.5, 0.1, 0.25);
  }

  @Test
  void wordsThatOldYamlTakesForOtherTypesAreText() {
    for (String word : List.of("no", "on", "010", "1:30", "2024-01-01", "0x1F", "1_000", ".inf")) {
      assertThat(Points.bind("name: " + word + "\nadapter: lora\n").value().name()).isEqualTo(word);
    }
    assertThat(Points.bind(LEAST + "precision: off").value().precision()).isEqualTo(Precision.OFF);
    assertThat(Points.bind(LEAST + "precision: bfloat_16").value().precision())
        .isEqualTo(Precision.BFLOAT_16);
  }

  @Test
  void anAliasMeansItsOption() {
    String yaml = "name: n\nadapter: {use: lora, r: 4}\ndtype: bfloat-16\n";
    Bound<Experiment> bound = Points.bind(yaml);
    assertThat(options(bound.value().adapter(), LoraOptions.class).loraRank()).isEqualTo(4);
    assertThat(bound.value().precision()).isEqualTo(Precision.BFLOAT_16);
    assertThat(new ConfigurationWriter().yaml(bound.resolved()))
        .contains("lora_rank: 4")
        .doesNotContain("r: 4\n  r:");
  }

  @Test
  void aFlagOutranksAnAliasInTheFile() {
    String yaml = "name: n\nadapter: {use: lora, r: 4}\n";
    Experiment experiment = Points.bind(yaml, "adapter.lora_rank=16").value();
    assertThat(options(experiment.adapter(), LoraOptions.class).loraRank()).isEqualTo(16);
  }

  @Test
  void optionsWithoutANameAreForTheDefaultExtension() {
    Experiment experiment =
        Points.bind(LEAST + "selector: {use: flexora, solver: {inner_steps: 2}}").value();
    Component<?> solver = options(experiment.selector(), FlexoraOptions.class).solver();
    assertThat(solver.name()).isEqualTo("unrolled");
    assertThat(options(solver, UnrolledOptions.class).innerSteps()).isEqualTo(2);
  }

  @Test
  void aMapKeepsItsOrderAndAnOldVersionCanBePinned() {
    String yaml =
        LEAST + "baselines: {z: all, a: flexora@1.0.0, m: {use: given, layers: [0, 2]}}\n";
    Experiment experiment = Points.bind(yaml).value();
    assertThat(experiment.baselines()).containsOnlyKeys("z", "a", "m");
    assertThat(experiment.baselines().keySet()).containsExactly("z", "a", "m");
    assertThat(((ChosenComponent<?>) experiment.baselines().get("a")).type().version())
        .isEqualTo("1.0.0");
  }

  @Test
  void aNameOfSeveralPluginsIsContestedUntilAVersionIsWritten() {
    String pinned = LEAST + "selector: flexora@1.0.0\n";
    assertThat(Points.bind(pinned + "baselines: {z: all}\n").contested()).isEmpty();
    assertThat(Points.bind(pinned + "baselines: {z: flexora}\n").contested())
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "test.yaml:4:16: selector 'flexora' is that of plugin test 1.1.0, but plugin test 1.0.0"
                + " has one, too; write 'flexora@1.1.0' to keep to it, or the version of the other");
  }

  @Test
  void aComponentIsMadeOnceAndOnlyWhenItIsNeeded() {
    List<String> made = new java.util.ArrayList<>();
    RecordBinder binder =
        new RecordBinder(
            Points.TYPES,
            (type, options) -> {
              made.add(type.reference() + " " + options);
              return Points.FACTORY.create(type, options);
            });
    ConfigNode node = new ConfigurationReader().parse(LEAST, "test.yaml");
    Experiment experiment = binder.bind(node, Experiment.class).value();
    assertThat(made).isEmpty();
    assertThat(experiment.adapter().get()).isSameAs(experiment.adapter().get());
    assertThat(made)
        .containsExactly("lora@1.2.0 LoraOptions[loraRank=8, loraAlpha=16.0, targetModules=[]]");
  }

  @Test
  void anchorsRepeatValues() {
    String yaml = LEAST + "baselines: {a: &it {use: given, layers: [1]}, b: *it}\n";
    Experiment experiment = Points.bind(yaml).value();
    assertThat(experiment.baselines().get("a")).isEqualTo(experiment.baselines().get("b"));
  }

  private static <R extends Record> R options(Component<?> component, Class<R> type) {
    return type.cast(((ChosenComponent<?>) component).configuration());
  }
}
