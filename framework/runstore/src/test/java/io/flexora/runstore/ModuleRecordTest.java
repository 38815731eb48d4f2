package io.flexora.runstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plan.ChosenModule;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selection.ScoreDescription;
import io.flexora.results.run.CellOutcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Chosen modules come back as they were, and records from before there were any stay readable. */
class ModuleRecordTest {

  private static final List<ChosenModule> MODULES =
      List.of(ChosenModule.of(0, "q_proj"), ChosenModule.of(0, "v_proj", 3));

  private static final Map<String, Map<String, List<Double>>> SCORES =
      Map.of("gate", Map.of("q_proj", List.of(1.5, Double.NaN), "v_proj", List.of(-0.0, 0.25)));

  private static <T> T again(T record, Class<T> type) throws IOException {
    return RecordJson.parse(RecordJson.text(record).getBytes(UTF_8), type);
  }

  @Test
  void aSelectionOfModulesComesBack() throws IOException {
    Selection selection =
        Selection.ofModules(
            MODULES,
            Map.of("gate", List.of(1.0, 2.0)),
            SCORES,
            List.of(ScoreDescription.of("gate", "gate")));
    assertThat(again(selection, Selection.class)).isEqualTo(selection);
    assertThat(RecordJson.text(selection)).contains("\"rank\"");
  }

  @Test
  void anOutcomeOfModulesComesBack() throws IOException {
    CellOutcome outcome =
        CellOutcome.of(1)
            .selectedLayers(List.of(0))
            .selectedModules(MODULES)
            .moduleScores(SCORES)
            .trainableParameters(12)
            .build();
    assertThat(again(outcome, CellOutcome.class)).isEqualTo(outcome);
  }

  /** A file of an older version has no word of modules, and one of whole layers neither. */
  @Test
  void aSelectionOfWholeLayersSaysNothingOfModules() throws IOException {
    Selection old =
        RecordJson.parse("{\"layers\": [0, 2], \"scores\": {}}".getBytes(UTF_8), Selection.class);
    assertThat(old).isEqualTo(Selection.of(List.of(0, 2)));
    assertThat(RecordJson.text(old)).doesNotContain("module");
  }

  @Test
  void modulesOfOtherLayersAreRefused() {
    String text =
        "{\"layers\": [0, 2], \"scores\": {}, \"modules\": [{\"layer\": 1, \"module\": \"q\"}]}";
    assertThatThrownBy(() -> RecordJson.parse(text.getBytes(UTF_8), Selection.class))
        .hasMessageContaining("the modules are of the layers [1], the chosen layers are [0, 2]");
  }
}
