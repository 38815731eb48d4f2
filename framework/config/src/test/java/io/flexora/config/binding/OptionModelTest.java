package io.flexora.config.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.config.option.Bounds;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OptionModelTest {

  record Undescribed(int rank) {}

  record Unsupported(@Option(doc = "d") float values) {}

  record Wild(@Option(doc = "d") Optional<? extends Number> value) {}

  record NotAPoint(@Option(doc = "d") Component<Runnable> task) {}

  record TakesUse(@Option(doc = "d") String use) {}

  record TakenAlias(
      @Option(doc = "d") int rank, @Option(doc = "d", aliases = "rank") int loraRank) {}

  record Names(
      @Option(doc = "d") int innerSteps,
      @Option(doc = "d") int loraR,
      @Option(doc = "d") int l2Penalty,
      @Option(doc = "d") int useBf16,
      @Option(doc = "d") int maxURLLength,
      @Option(doc = "d") int seed) {}

  @Test
  void keysAreTheNamesOfComponentsInSnakeCase() {
    assertThat(OptionModel.of(Names.class).keys())
        .containsExactly(
            "inner_steps", "lora_r", "l2_penalty", "use_bf16", "max_url_length", "seed");
  }

  @Test
  void anOptionTellsWhatAUserHasToKnow() {
    OptionDescription rank = OptionModel.of(Points.LoraOptions.class).find("r").orElseThrow();
    assertThat(rank.key()).isEqualTo("lora_rank");
    assertThat(rank.type().name()).isEqualTo("whole number");
    assertThat(rank.type().accepted()).isEqualTo("a whole number from 1 to 512");
    assertThat(rank.byDefault()).contains("8");
    assertThat(rank.aliases()).containsExactly("lora_r", "r");
    assertThat(rank.doc()).isEqualTo("Rank of the update.");
    assertThat(rank.isRequired()).isFalse();
  }

  @Test
  void nestedOptionsAreFoundInListsMapsAndOptionals() {
    OptionModel experiment = OptionModel.of(Points.Experiment.class);
    assertThat(experiment.find("columns").flatMap(OptionDescription::nested))
        .map(OptionModel::keys)
        .contains(List.of("name", "width"));
    assertThat(experiment.find("checkpoints").flatMap(OptionDescription::nested)).isPresent();
    assertThat(experiment.find("seed").flatMap(OptionDescription::nested)).isEmpty();
  }

  @Test
  void whatHasNoDefaultAndIsNotOptionalIsRequired() {
    Stream<String> required =
        OptionModel.of(Points.Experiment.class).options().stream()
            .filter(OptionDescription::isRequired)
            .map(OptionDescription::key);
    assertThat(required).containsExactly("name", "adapter");
  }

  @Test
  void boundsAreWrittenAsPeopleDo() {
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(new Bounds(0, 1, false, false)).hasToString("from 0 to 1");
    assertThat(new Bounds(0, 1, true, false)).hasToString("above 0 and of at most 1");
    assertThat(new Bounds(1e-12, 1e30, false, true))
        .hasToString("of at least 1e-12 and below 1e30");
    assertThat(new Bounds(0.0005, infinity, false, false)).hasToString("of at least 0.0005");
    assertThat(new Bounds(-infinity, 1024, false, false)).hasToString("of at most 1024");
    assertThat(Bounds.NONE).hasToString("");
  }

  @Test
  void aRecordThatIsNoConfigurationIsRefusedByName() {
    assertThat(refusal(Undescribed.class)).contains("Undescribed.rank has no @Option");
    assertThat(refusal(Unsupported.class))
        .contains("Unsupported.values is of type float,", "; it may be int, long, double,");
    assertThat(refusal(Wild.class)).contains("Wild.value is of type ? extends java.lang.Number,");
    assertThat(refusal(NotAPoint.class))
        .contains("java.lang.Runnable, which is no extension point");
    assertThat(refusal(TakesUse.class)).contains("the key 'use', which is already taken");
    assertThat(refusal(TakenAlias.class)).contains("the key 'rank', which is already taken");
  }

  record OutOfBounds(@Option(doc = "d", byDefault = "0", min = 1) int rank) {}

  record NotOfItsType(@Option(doc = "d", byDefault = "[1, many]") List<Integer> seeds) {}

  record NoYaml(@Option(doc = "d", byDefault = "[1") List<Integer> seeds) {}

  record Holding(@Option(doc = "d") OutOfBounds inner) {}

  record OfManyKinds(
      @Option(doc = "d", byDefault = "1e-3") double rate,
      @Option(doc = "d", byDefault = "{a: 1, b: null}") Map<String, Optional<Integer>> sizes,
      @Option(doc = "d", byDefault = "90s") Duration time,
      @Option(doc = "d", byDefault = "null") Optional<Path> file,
      @Option(doc = "d", byDefault = "'a: b'") String text,
      @Option(doc = "d", byDefault = "{}") Fitting inner) {}

  record Fitting(@Option(doc = "d", byDefault = "8", min = 1) int rank) {}

  @Test
  void aDefaultThatIsNoValueOfItsOptionIsRefused() {
    assertThat(unusable(OutOfBounds.class))
        .endsWith(
            "OutOfBounds: the default of option 'rank' is '0', but has to be a whole number of at"
                + " least 1");
    assertThat(unusable(NotOfItsType.class))
        .endsWith("the default of option 'seeds[1]' is 'many', but has to be a whole number");
    assertThat(unusable(NoYaml.class))
        .contains("NoYaml: the default of option 'seeds' cannot be read: ");
    assertThat(unusable(Holding.class)).contains("OutOfBounds: the default of option 'rank'");
    assertThatCode(() -> RecordBinder.check(OfManyKinds.class)).doesNotThrowAnyException();
  }

  private static String unusable(Class<? extends Record> type) {
    return catchThrowableOfType(IllegalArgumentException.class, () -> RecordBinder.check(type))
        .getMessage();
  }

  record Interval(
      @Option(doc = "d") double low,
      @Option(doc = "d") double high,
      @Option(doc = "d") boolean log) {}

  @Test
  void ofEquallySimilarOptionsTheFirstIsMeant() {
    assertThat(OptionModel.of(Interval.class).nearest("lo")).contains("low");
  }

  private static String refusal(Class<? extends Record> type) {
    return catchThrowableOfType(IllegalArgumentException.class, () -> OptionModel.of(type))
        .getMessage();
  }
}
