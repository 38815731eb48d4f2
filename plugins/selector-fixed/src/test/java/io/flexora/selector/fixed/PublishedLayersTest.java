package io.flexora.selector.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selector;
import io.flexora.selector.fixed.PublishedOptions.Model;
import io.flexora.selector.fixed.PublishedOptions.Task;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PublishedLayersTest {

  private final PublishedLists lists = PublishedLists.all();

  @Test
  void areThoseOfTheModelTheTaskAndTheNumber() {
    assertThat(chosen(Model.LLAMA3_8B, Task.HELLASWAG, Optional.empty(), 32))
        .containsExactly(0, 2, 3, 4, 5, 6, 14, 15, 19, 21, 23, 26, 27, 28, 29, 31);
    assertThat(chosen(Model.LLAMA3_8B, Task.PIQA, Optional.of(6), 32))
        .containsExactly(2, 4, 26, 27, 28, 29);
    assertThat(chosen(Model.CHATGLM3_6B, Task.COMMONSENSE_QA, Optional.empty(), 28))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 15);
  }

  /** The counts that the authors' code states beside its lists. */
  @Test
  void areAsManyAsTheAuthorsSay() {
    assertThat(found(Model.LLAMA3_8B)).containsExactly(16, 12, 12, 12, 12, 19);
    assertThat(found(Model.CHATGLM3_6B)).containsExactly(12, 14, 14, 14, 11, 19);
    assertThat(found(Model.MISTRAL_7B)).containsExactly(13, 14, 16, 18);
    assertThat(lists.entries())
        .hasSize(44)
        .allSatisfy(
            entry ->
                assertThat(entry.count().orElse(entry.layers().size()))
                    .as(entry.label())
                    .isEqualTo(entry.layers().size()));
  }

  @Test
  void areLayersOfTheirModel() {
    assertThat(lists.entries())
        .allSatisfy(
            entry ->
                assertThat(entry.layers())
                    .as("%s of %s", entry.label(), entry.model())
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .allMatch(layer -> layer < lists.sizes().get(entry.model())));
  }

  /**
   * They are the first of one ranking: no list of the ablation leaves out a smaller one's layer.
   */
  @Test
  void ofTheAblationContainEachOther() {
    for (Task task : List.of(Task.HELLASWAG, Task.PIQA, Task.RACE, Task.WINOGRANDE)) {
      for (int count = 6; count < 24; count += 6) {
        assertThat(new HashSet<>(lists.of(Model.LLAMA3_8B, task, Optional.of(count + 6))))
            .as("%s: %d in %d layers", task, count, count + 6)
            .containsAll(lists.of(Model.LLAMA3_8B, task, Optional.of(count)));
      }
    }
  }

  @Test
  void whatWasNotPublishedIsRefusedWithWhatWas() {
    assertThatThrownBy(() -> new PublishedOptions(Model.LLAMA2_7B, Task.PUBMEDQA, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("llama2-7b on pubmedqa")
        .hasMessageContaining("those of hellaswag, piqa, race, winogrande");
    assertThatThrownBy(() -> new PublishedOptions(Model.LLAMA3_8B, Task.RACE, Optional.of(7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("race with layers: 7")
        .hasMessageContaining("race with layers: 6");
  }

  @Test
  void aModelWithOtherLayersIsRefusedWithBothNumbers() {
    assertThatThrownBy(() -> chosen(Model.LLAMA3_8B, Task.RACE, Optional.empty(), 12))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("llama3-8b, which has 32 layers")
        .hasMessageContaining("this model has 12");
  }

  private List<Integer> found(Model model) {
    return lists.entries().stream()
        .filter(entry -> entry.model() == model && entry.count().isEmpty())
        .map(entry -> entry.layers().size())
        .toList();
  }

  private static List<Integer> chosen(Model model, Task task, Optional<Integer> count, int layers) {
    Selector selector = new PublishedLayers(new PublishedOptions(model, task, count));
    return selector.select(new Layered(layers, OptionalInt.empty())).layers();
  }
}
