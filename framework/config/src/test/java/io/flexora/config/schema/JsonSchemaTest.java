package io.flexora.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.flexora.config.binding.MutatedConfigurationsTest;
import io.flexora.config.binding.Points;
import io.flexora.config.binding.RefusedConfigurationsTest;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.config.yaml.ConfigurationWriter;
import io.flexora.config.yaml.ConfigurationWriterTest;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class JsonSchemaTest {

  /** What a schema cannot know, by the title of the case in {@code refused.txt}. */
  private static final Set<String> BEYOND =
      Set.of(
          "whole number: an exponent",
          "whole number: too large for 64 bits",
          "duration: out of bounds",
          "path: from home",
          "path: empty",
          "map: a name written twice",
          "option written twice",
          "use written twice",
          "the record itself refuses");

  private final String text = new JsonSchema().forRecord(Points.Experiment.class, Points.TYPES);
  private final com.networknt.schema.JsonSchema schema =
      JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(text);

  @Test
  void theSchemaIsOneOfItsDialect() throws IOException {
    JsonNode document = new ObjectMapper().readTree(text);
    assertThat(
            JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(SchemaLocation.of(SchemaId.V202012))
                .validate(document))
        .isEmpty();
  }

  @Test
  void optionsCarryTheirMeaningDefaultAndBounds() throws IOException {
    JsonNode rank =
        new ObjectMapper().readTree(text).at("/$defs/adapter.lora@1.2.0/properties/lora_rank");
    assertThat(rank.get("description").asText()).isEqualTo("Rank of the update.");
    assertThat(rank.get("default")).hasToString("8");
    assertThat(rank.get("minimum")).hasToString("1");
    assertThat(rank.get("maximum")).hasToString("512");
  }

  @Test
  void aKindWithoutExtensionsAcceptsNothing() {
    String empty = new JsonSchema().forRecord(Points.Experiment.class, ComponentTypes.NONE);
    assertThat(
            JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(empty)
                .validate(json("name: a\nadapter: lora\n")))
        .isNotEmpty();
  }

  @Test
  void whatTheBinderAcceptsTheSchemaAccepts() {
    assertThat(messages("name: a\nadapter: lora\n")).isEmpty();
    assertThat(messages(ConfigurationWriterTest.RICH)).isEmpty();
    String resolved =
        new ConfigurationWriter().yaml(Points.bind(ConfigurationWriterTest.RICH).resolved());
    assertThat(messages(resolved)).isEmpty();
    long accepted =
        Stream.iterate(0, i -> i + 1)
            .limit(1500)
            .map(i -> MutatedConfigurationsTest.mutant(new SplittableRandom(i)))
            .filter(JsonSchemaTest::isAccepted)
            .peek(mutant -> assertThat(messages(mutant)).as(mutant).isEmpty())
            .count();
    assertThat(accepted).isGreaterThan(100);
  }

  @TestFactory
  Stream<DynamicTest> whatTheBinderRefusesTheSchemaRefuses() throws IOException {
    List<RefusedConfigurationsTest.Case> cases =
        RefusedConfigurationsTest.cases().stream()
            .filter(c -> c.flags().isEmpty() && isYaml(c.yaml()))
            .toList();
    assertThat(cases).hasSizeGreaterThan(60);
    return cases.stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.title(),
                    () ->
                        assertThat(messages(c.yaml()).isEmpty())
                            .isEqualTo(BEYOND.contains(c.title()))));
  }

  private Set<ValidationMessage> messages(String yaml) {
    return schema.validate(json(yaml));
  }

  private static JsonNode json(String yaml) {
    return JsonValues.of(new ConfigurationReader().parse(yaml, "test.yaml"));
  }

  private static boolean isYaml(String text) {
    try {
      new ConfigurationReader().parse(text, "test.yaml");
      return true;
    } catch (ConfigurationException e) {
      return false;
    }
  }

  private static boolean isAccepted(String text) {
    try {
      Points.bind(text);
      return true;
    } catch (ConfigurationException e) {
      return false;
    }
  }
}
