package io.flexora.config.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Extension;
import io.flexora.api.plugin.Option;
import io.flexora.config.binding.Points.Adapting;
import io.flexora.config.binding.Points.Lora;
import io.flexora.config.option.ComponentType;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.MovingOptions;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.config.yaml.ConfigurationWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The options that move a part of a cell. */
class EffectsTest {

  record Limits(
      @Option(doc = "Memory.", affects = Effect.NOTHING, byDefault = "1") int memory,
      @Option(doc = "Rank.", byDefault = "2") int rank) {}

  record Root(
      @Option(doc = "Name.", affects = Effect.NOTHING) String name,
      @Option(
              doc = "Seed.",
              affects = {Effect.SEARCH, Effect.TRAINING})
          int seed,
      @Option(doc = "Adapter.") Component<Adapting> adapter,
      @Option(doc = "Tested.", affects = Effect.EVALUATION, byDefault = "[]")
          List<Component<Adapting>> tested) {}

  record Wrong(@Option(doc = "Rows.", affects = Effect.DATA) int rows) {}

  record Both(
      @Option(
              doc = "Rows.",
              affects = {Effect.SEARCH, Effect.NOTHING})
          int rows) {}

  private static final ComponentType TYPE =
      new ComponentType(of(Limits.class), "a plugin", "1.0.0", true);

  private static final ComponentTypes TYPES =
      new ComponentTypes() {
        @Override
        public List<ComponentType> ofKind(String kind) {
          return List.of(TYPE);
        }

        @Override
        public Optional<ComponentType> find(String kind, String reference) {
          return Optional.of(TYPE)
              .filter(type -> List.of("lora", "lora@1.0.0").contains(reference));
        }
      };

  private static Extension<Adapting> of(Class<? extends Record> options) {
    return new Extension<>(Adapting.class, "lora", options, Lora.class);
  }

  @Test
  void anOptionMovesWhatItSaysOrWhatItsExtensionPointDoes() {
    String written =
        "{name: a, seed: 1, adapter: {use: lora@1.0.0, memory: 3, rank: 4}, tested: [lora]}";
    assertThat(part(written, Effect.SEARCH))
        .isEqualTo("seed: 1\nadapter:\n  use: lora@1.0.0\n  rank: 4\n");
    assertThat(part(written, Effect.TRAINING)).isEqualTo(part(written, Effect.SEARCH));
    assertThat(part(written, Effect.EVALUATION)).isEqualTo("tested: [lora]\n");
    assertThat(part(written, Effect.DATA)).isEqualTo("{}\n");
  }

  @Test
  void whatAnotherReleaseHadMovesEverythingAndWhatIsNotWrittenNothing() {
    assertThat(part("{seed: null, tested: [], old: 1, gone: null}", Effect.DATA))
        .isEqualTo("old: 1\n");
    assertThat(part("{adapter: {use: lora@0.9.0, memory: 3, rank: 4}}", Effect.SEARCH))
        .isEqualTo("adapter:\n  use: lora@0.9.0\n  rank: 4\n");
    assertThat(part("{adapter: {use: gone, memory: 3}}", Effect.SEARCH))
        .isEqualTo("adapter:\n  use: gone\n  memory: 3\n");
  }

  @Test
  void componentsAreEqualWhoseOptionsDifferInNothingThatMoves() {
    assertThat(adapter("{use: lora, memory: 3}")).isEqualTo(adapter("lora"));
    assertThat(adapter("{use: lora, memory: 3}")).hasSameHashCodeAs(adapter("lora"));
    assertThat(adapter("{use: lora, rank: 3}")).isNotEqualTo(adapter("lora"));
  }

  @Test
  void anOptionMovesNoMoreThanItsExtensionPoint() {
    RecordBinder.check(of(Limits.class));
    assertThatThrownBy(() -> RecordBinder.check(of(Wrong.class)))
        .hasMessageContaining(
            "option 'rows' affects [DATA], but the extension point 'adapter' affects")
        .hasMessageContaining("[SEARCH, TRAINING]");
    assertThatThrownBy(() -> RecordBinder.check(of(Both.class)))
        .hasMessageContaining("affects nothing and something");
  }

  private static Component<Adapting> adapter(String written) {
    return new RecordBinder(TYPES, (type, options) -> new Lora())
        .bind(
            new ConfigurationReader()
                .parse("{name: a, seed: 1, adapter: " + written + "}", "test.yaml"),
            Root.class)
        .value()
        .adapter();
  }

  private static String part(String written, Effect effect) {
    Mapping node = (Mapping) new ConfigurationReader().parse(written, "test.yaml");
    Mapping part = new MovingOptions(TYPES, Set.of(effect), Set.of()).of(node, Root.class);
    return new ConfigurationWriter().yaml(part);
  }
}
