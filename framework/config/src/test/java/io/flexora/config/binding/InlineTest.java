package io.flexora.config.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.plugin.AlsoWritten;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.schema.JsonSchema;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.config.yaml.ConfigurationWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Options of a record that are written among those of another. */
class InlineTest {

  enum Decay {
    CONSTANT,
    @AlsoWritten("linearly")
    LINEAR
  }

  record Clip(
      @Option(doc = "The greatest norm.", byDefault = "0", min = 0, aliases = "clip")
          double maxGradNorm) {}

  record Descent(
      @Option(doc = "The rate.", min = 0, minExclusive = true, aliases = "lr") double learningRate,
      @Option(doc = "The course.", byDefault = "constant") Decay decay,
      @Inline Clip clip) {

    Descent {
      if (clip.maxGradNorm() > 0 && clip.maxGradNorm() < learningRate) {
        throw new IllegalArgumentException("max_grad_norm is below learning_rate");
      }
    }
  }

  record Training(
      @Option(doc = "The steps.", byDefault = "3", min = 1) int steps,
      @Inline(defaults = {"decay: linear", "max_grad_norm: 1"}) Descent descent,
      @Option(doc = "The patience.") Optional<Integer> patience) {}

  record Search(@Inline(defaults = "learning_rate: 0.5") Descent descent) {}

  record Clashing(@Inline Descent descent, @Option(doc = "d", byDefault = "1") int clip) {}

  record NotARecord(@Inline String text) {}

  record Both(@Inline @Option(doc = "d") Clip clip) {}

  record NoSuchDefault(@Inline(defaults = "max_norm: 1") Clip clip) {}

  record NoDefault(@Inline(defaults = "max_grad_norm 1") Clip clip) {}

  record Endless(@Inline Again again) {}

  record Again(@Inline Endless endless) {}

  private static <R extends Record> Bound<R> bind(
      Class<R> type, String yaml, String... assignments) {
    ConfigurationReader reader = new ConfigurationReader();
    ConfigNode node = reader.override(reader.parse(yaml, "test.yaml"), List.of(assignments));
    return Points.binder().bind(node, type);
  }

  @Test
  void optionsStandSideBySideInDeclarationOrder() {
    Bound<Training> bound = bind(Training.class, "patience: 2\nlr: 0.1\nclip: 4\n");
    assertThat(bound.value())
        .isEqualTo(new Training(3, new Descent(0.1, Decay.LINEAR, new Clip(4)), Optional.of(2)));
    assertThat(new ConfigurationWriter().yaml(bound.resolved()))
        .isEqualTo(
            """
            steps: 3
            learning_rate: 0.1
            decay: linear
            max_grad_norm: 4
            patience: 2
            """);
  }

  @Test
  void anOuterRecordHasDefaultsOfItsOwn() {
    assertThat(bind(Training.class, "lr: 0.1").value().descent())
        .isEqualTo(new Descent(0.1, Decay.LINEAR, new Clip(1)));
    assertThat(bind(Search.class, "{}").value().descent())
        .isEqualTo(new Descent(0.5, Decay.CONSTANT, new Clip(0)));
    assertThat(OptionModel.of(Training.class).find("clip").flatMap(OptionDescription::byDefault))
        .contains("1");
  }

  @Test
  void aWordOfAnotherToolIsResolvedToItsConstant() throws IOException {
    Bound<Training> bound = bind(Training.class, "lr: 0.5\ndecay: linearly");
    assertThat(bound.value().descent().decay()).isEqualTo(Decay.LINEAR);
    assertThat(new ConfigurationWriter().yaml(bound.resolved())).contains("decay: linear\n");
  }

  @Test
  void mistakesAreToldWhereTheyAre() {
    String yaml = "lr: 0\nclip: 1\nmax_grad_norm: 2\nmax_grad_nrm: 1\npatience: x\n";
    assertThatThrownBy(() -> bind(Training.class, yaml))
        .hasMessageContaining(
            "test.yaml:1:5: option 'learning_rate' is '0', but has to be a number above 0")
        .hasMessageContaining(
            "test.yaml:3:1: options 'clip' and 'max_grad_norm' mean the same; keep one")
        .hasMessageContaining(
            "test.yaml:4:1: unknown option 'max_grad_nrm'; did you mean 'max_grad_norm'?"
                + " Accepted: steps, learning_rate, decay, max_grad_norm, patience")
        .hasMessageContaining("test.yaml:5:11: option 'patience' is 'x'");
    assertThatThrownBy(() -> bind(Training.class, "steps: 2"))
        .hasMessageContaining("test.yaml:1:1: option 'learning_rate' is missing");
  }

  @Test
  void anInlinedRecordHasTheLastWordOnItsValues() {
    assertThatThrownBy(() -> bind(Training.class, "lr: 2"))
        .hasMessageContaining("test.yaml:1:1: the configuration is not accepted:")
        .hasMessageContaining("max_grad_norm is below learning_rate");
  }

  /** Refuses one of its options, and one entry of another. */
  record Named(
      @Option(doc = "a name", byDefault = "x") String name,
      @Option(doc = "sizes by name", byDefault = "{}") Map<String, Integer> sizes) {

    Named {
      if (name.equals("bad")) {
        throw OptionException.of("name", "name 'bad' is bad");
      }
      if (name.equals("typo")) {
        throw OptionException.of("nmae", "name 'typo' is none");
      }
      if (sizes.containsKey("worse")) {
        throw OptionException.ofEntry("sizes", "worse", "size 'worse' is worse");
      }
    }
  }

  @Test
  void whatARecordRefusesOfAnOptionIsToldAtItsLine() {
    assertThatThrownBy(() -> bind(Named.class, "sizes: {a: 1}\nname: bad\n"))
        .hasMessage("test.yaml:2:7: the configuration is not accepted: name 'bad' is bad");
    assertThatThrownBy(() -> bind(Named.class, "name: x\nsizes:\n  a: 1\n  worse: 2\n"))
        .hasMessage("test.yaml:4:3: the configuration is not accepted: size 'worse' is worse");
  }

  /** Asks for an option that another one needs. */
  record Held(
      @Option(doc = "what is held", byDefault = "steps") String hold,
      @Option(doc = "how many layers") Optional<Integer> layers,
      @Option(doc = "how many steps") Optional<Integer> steps) {

    Held {
      if (hold.equals("layers") && layers.isEmpty()) {
        throw OptionException.missing("layers", "hold", "no number is given; add 'layers: N'");
      }
    }
  }

  record Budgeted(@Option(doc = "the budget") Held budget) {}

  @Test
  void whatAFlagHasTakenAwayIsToldAtTheFlag() {
    String yaml = "budget:\n  hold: layers\n  layers: 3\n  steps: 2\n";
    String refusal = "option 'budget' is not accepted: no number is given; add 'layers: N'";

    assertThatThrownBy(() -> bind(Budgeted.class, yaml, "budget.layers=", "budget.steps="))
        .hasMessage("--set budget.layers=: " + refusal);
    assertThatThrownBy(
            () -> bind(Budgeted.class, yaml.replace("  layers: 3\n", ""), "budget.steps="))
        .hasMessage("test.yaml:2:9: " + refusal);
  }

  @Test
  void aRecordThatRefusesAnOptionItDoesNotHaveIsDefective() {
    assertThatThrownBy(() -> bind(Named.class, "name: typo\n"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("refuses option 'nmae', which is none of its own: name, sizes");
  }

  @Test
  void theSchemaKnowsThemBesideTheOthers() throws IOException {
    JsonNode schema =
        new ObjectMapper().readTree(new JsonSchema().forRecord(Training.class, Points.TYPES));
    assertThat(schema.get("properties").fieldNames())
        .toIterable()
        .containsExactly(
            "steps", "learning_rate", "lr", "decay", "max_grad_norm", "clip", "patience");
    assertThat(schema.at("/properties/decay/default").asText()).isEqualTo("linear");
    assertThat(schema.at("/properties/learning_rate/exclusiveMinimum").asInt()).isZero();
  }

  @Test
  void aRecordThatCannotBeInlinedIsRefusedByName() {
    assertThat(List.of(Clashing.class, NotARecord.class, Both.class))
        .satisfiesExactly(
            type -> refused(type, "Clashing.clip has the key 'clip', which is already taken"),
            type -> refused(type, "NotARecord.text is inlined, but is no record"),
            type -> refused(type, "Both.clip has both @Option and @Inline"));
    refused(NoSuchDefault.class, "has a default of 'max_norm', which is no option");
    refused(NoDefault.class, "has the default 'max_grad_norm 1', which is no 'KEY: VALUE'");
    refused(Endless.class, "Endless holds itself");
  }

  private static void refused(Class<? extends Record> type, String message) {
    assertThatThrownBy(() -> RecordBinder.check(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
