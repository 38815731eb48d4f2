package io.flexora.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OverridesTest {

  private static final String FILE =
      """
      name: a
      seed: 1
      selector: {use: flexora, solver: unrolled, steps: 5}
      columns: [{name: x}, {name: y}]
      """;

  @Test
  void aValueReplacesAValue() {
    assertThat(overridden("seed=7", "name=b"))
        .isEqualTo(read(FILE.replace("1", "7").replace("a\n", "b\n")));
  }

  @Test
  void theLastFlagWins() {
    assertThat(overridden("seed=7", "seed=8")).isEqualTo(read(FILE.replace("1", "8")));
  }

  @Test
  void mappingsOnTheWayAreMade() {
    assertThat(overridden("checkpoints.schedule.warmup_steps=3"))
        .isEqualTo(read(FILE + "checkpoints: {schedule: {warmup_steps: 3}}\n"));
  }

  @Test
  void aBareWordOnTheWayBecomesAMappingWithUse() {
    assertThat(overridden("selector.solver.inner_steps=2"))
        .isEqualTo(
            read(FILE.replace("solver: unrolled", "solver: {use: unrolled, inner_steps: 2}")));
  }

  @Test
  void aWordReplacesAWholeComponent() {
    assertThat(overridden("selector=all"))
        .isEqualTo(read(FILE.replaceAll("selector: .*", "selector: all")));
  }

  @Test
  void listsAndMappingsAreWrittenAsInYaml() {
    assertThat(overridden("selector.layers=[1,2]"))
        .isEqualTo(read(FILE.replace("steps: 5", "steps: 5, layers: [1, 2]")));
    assertThat(overridden("selector={use: given, layers: [0]}"))
        .isEqualTo(read(FILE.replaceAll("selector: .*", "selector: {use: given, layers: [0]}")));
  }

  @Test
  void aNumberNamesAnElementOfAList() {
    assertThat(overridden("columns.1.name=z")).isEqualTo(read(FILE.replace("name: y", "name: z")));
  }

  @Test
  void aValueMayHoldAnEqualsSignAndBeEmpty() {
    assertThat(overridden("name=a=b")).isEqualTo(read(FILE.replace("a\n", "a=b\n")));
    assertThat(overridden("name=")).isEqualTo(read(FILE.replace("name: a", "name: null")));
  }

  @Test
  void anEmptyFileCanBeFilledByFlags() {
    ConfigurationReader reader = new ConfigurationReader();
    ConfigNode filled = reader.override(reader.parse("", "empty"), List.of("name=a"));
    assertThat(filled.at(Location.ofText("x"))).isEqualTo(read("name: a"));
  }

  @Test
  void whatWasWrittenInTheFileKeepsItsPlace() {
    ConfigurationReader reader = new ConfigurationReader();
    ConfigNode.Mapping changed =
        (ConfigNode.Mapping)
            reader.override(reader.parse(FILE, "f.yaml"), List.of("selector.steps=9"));
    ConfigNode.Mapping selector = (ConfigNode.Mapping) changed.get("selector").orElseThrow();
    assertThat(changed.entries().get(2).location()).hasToString("f.yaml:3:1");
    assertThat(selector.get("solver").orElseThrow().location()).hasToString("f.yaml:3:34");
    assertThat(selector.get("steps").orElseThrow().location())
        .hasToString("--set selector.steps=9");
  }

  private static ConfigNode overridden(String... assignments) {
    ConfigurationReader reader = new ConfigurationReader();
    ConfigNode changed = reader.override(reader.parse(FILE, "f.yaml"), List.of(assignments));
    return changed.at(Location.ofText("x"));
  }

  private static ConfigNode read(String text) {
    return new ConfigurationReader().parse(text, "f.yaml").at(Location.ofText("x"));
  }
}
