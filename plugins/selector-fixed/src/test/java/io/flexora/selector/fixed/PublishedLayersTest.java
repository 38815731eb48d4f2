package io.flexora.selector.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selector;
import io.flexora.selector.fixed.PublishedOptions.Variant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublishedLayersTest {

  private final PublishedLists lists = PublishedLists.all();

  @Test
  void areThoseOfTheModelTheTaskAndTheNumber() {
    assertThat(
            chosen(
                PublishedOptions.Model.LLAMA3_8B,
                PublishedOptions.Task.HELLASWAG,
                Optional.empty(),
                32))
        .containsExactly(0, 2, 3, 4, 5, 6, 14, 15, 19, 21, 23, 26, 27, 28, 29, 31);
    assertThat(
            chosen(
                PublishedOptions.Model.LLAMA3_8B, PublishedOptions.Task.PIQA, Optional.of(6), 32))
        .containsExactly(2, 4, 26, 27, 28, 29);
    assertThat(
            chosen(
                PublishedOptions.Model.CHATGLM3_6B,
                PublishedOptions.Task.COMMONSENSE_QA,
                Optional.empty(),
                28))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 15);
  }

  /** The counts that the authors' code states beside its lists. */
  @Test
  void areAsManyAsTheAuthorsSay() {
    assertThat(found(PublishedOptions.Model.LLAMA3_8B)).containsExactly(16, 12, 12, 12, 12, 19);
    assertThat(found(PublishedOptions.Model.CHATGLM3_6B)).containsExactly(12, 14, 14, 14, 11, 19);
    assertThat(found(PublishedOptions.Model.MISTRAL_7B)).containsExactly(13, 14, 16, 18);
    assertThat(lists.entries()).filteredOn(entry -> !entry.list().equals("cka")).hasSize(124);
    assertThat(lists.entries())
        .filteredOn(entry -> Character.isDigit(entry.list().charAt(0)))
        .hasSize(20)
        .allSatisfy(entry -> assertThat(entry.list()).isEqualTo("" + entry.layers().size()));
  }

  /** The counts of the ablation of the number of samples. */
  @Test
  void ofTheSamplesAreAsManyAsTheAuthorsSay() {
    assertThat(ofSamples(PublishedOptions.Task.HELLASWAG)).containsExactly(14, 10, 7, 14);
    assertThat(ofSamples(PublishedOptions.Task.PIQA)).containsExactly(13, 14, 15, 16);
    assertThat(ofSamples(PublishedOptions.Task.RACE)).containsExactly(11, 13, 14, 12);
    assertThat(ofSamples(PublishedOptions.Task.WINOGRANDE)).containsExactly(14, 10, 12, 12);
  }

  @Test
  void areThoseOfTheVariant() {
    assertThat(variant(PublishedOptions.Task.WINOGRANDE, Variant.DORA))
        .containsExactly(0, 1, 2, 3, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 31);
    assertThat(variant(PublishedOptions.Task.PIQA, Variant.LORA_DROP)).hasSize(16).contains(16, 31);
    assertThat(variant(PublishedOptions.Task.PUBMEDQA, Variant.SECOND_RUN))
        .containsExactly(0, 1, 2, 3, 4, 27, 28, 30, 31);
    assertThat(variant(PublishedOptions.Task.PIQA, Variant.FOUND))
        .isEqualTo(
            chosen(
                PublishedOptions.Model.LLAMA3_8B,
                PublishedOptions.Task.PIQA,
                Optional.empty(),
                32));
  }

  /** Eight tasks of two encoders, two of three decoders, one of LLaVA: half of the layers each. */
  @Test
  void ofCkaAreHalfOfTheLayers() {
    assertThat(lists.entries())
        .filteredOn(entry -> entry.list().equals("cka"))
        .hasSize(2 * 8 + 3 * 2 + 1)
        .allSatisfy(
            entry ->
                assertThat(entry.layers())
                    .as("%s of %s", entry.label(), entry.model())
                    .hasSize(lists.sizes().get(entry.model()) / 2));
    assertThat(lists.sizes())
        .containsEntry(PublishedOptions.Model.DEBERTA_V3_BASE, 12)
        .containsEntry(PublishedOptions.Model.ROBERTA_BASE, 12)
        .containsEntry(PublishedOptions.Model.LLAVA_1_5_7B, 32);
    // The strings of the authors' code, layer 0 first.
    assertThat(bits(PublishedOptions.Model.DEBERTA_V3_BASE, PublishedOptions.Task.COLA))
        .isEqualTo("010011101010");
    assertThat(bits(PublishedOptions.Model.DEBERTA_V3_BASE, PublishedOptions.Task.STSB))
        .isEqualTo("011010001011");
    assertThat(bits(PublishedOptions.Model.ROBERTA_BASE, PublishedOptions.Task.RTE))
        .isEqualTo("011100100011");
    assertThat(bits(PublishedOptions.Model.ROBERTA_BASE, PublishedOptions.Task.SST2))
        .isEqualTo("000000111111");
    assertThat(
            chosen(
                PublishedOptions.Model.GEMMA_7B, PublishedOptions.Task.MATH, Optional.empty(), 28))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 19, 25, 26, 27);
  }

  private String bits(PublishedOptions.Model model, PublishedOptions.Task task) {
    List<Integer> layers = lists.of(model, task, "cka");
    return IntStream.range(0, lists.sizes().get(model))
        .mapToObj(layer -> layers.contains(layer) ? "1" : "0")
        .collect(Collectors.joining());
  }

  @Test
  void ofCkaAreMeantWhereThereAreNoOthersOrTheyAreNamed() {
    Optional<Variant> cka = Optional.of(Variant.CKA);
    PublishedOptions named =
        new PublishedOptions(
            PublishedOptions.Model.LLAMA2_7B, PublishedOptions.Task.PYTHON, Optional.empty(), cka);
    assertThat(chosen(named, 32))
        .isEqualTo(
            chosen(
                PublishedOptions.Model.LLAMA2_7B,
                PublishedOptions.Task.PYTHON,
                Optional.empty(),
                32))
        .hasSize(16);
    assertThatThrownBy(
            () ->
                new PublishedOptions(
                    PublishedOptions.Model.LLAMA2_7B,
                    PublishedOptions.Task.PIQA,
                    Optional.empty(),
                    cka))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("llama2-7b on piqa with variant: cka")
        .hasMessageContaining("those of hellaswag, piqa, race, winogrande, math with variant: cka");
    List<Integer> found = List.of(0);
    PublishedLists both =
        new PublishedLists(
            Map.of(),
            List.of(
                new PublishedLists.PublishedList(
                    PublishedOptions.Model.GEMMA_7B, PublishedOptions.Task.MATH, "cka", List.of(1)),
                new PublishedLists.PublishedList(
                    PublishedOptions.Model.GEMMA_7B, PublishedOptions.Task.MATH, "found", found)));
    assertThat(
            both.of(
                PublishedOptions.Model.GEMMA_7B,
                PublishedOptions.Task.MATH,
                both.unnamed(PublishedOptions.Model.GEMMA_7B, PublishedOptions.Task.MATH)))
        .as("where both sources have a list, that of CKA has to be named")
        .isEqualTo(found);
  }

  @Test
  void aNumberAndAVariantTogetherAreRefused() {
    assertThatThrownBy(
            () ->
                new PublishedOptions(
                    PublishedOptions.Model.LLAMA3_8B,
                    PublishedOptions.Task.RACE,
                    Optional.of(6),
                    Optional.of(Variant.DORA)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 layers of the ablation, or dora; write one of them");
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
    for (PublishedOptions.Task task :
        List.of(
            PublishedOptions.Task.HELLASWAG,
            PublishedOptions.Task.PIQA,
            PublishedOptions.Task.RACE,
            PublishedOptions.Task.WINOGRANDE)) {
      for (int count = 6; count < 24; count += 6) {
        assertThat(
                new HashSet<>(lists.of(PublishedOptions.Model.LLAMA3_8B, task, "" + (count + 6))))
            .as("%s: %d in %d layers", task, count, count + 6)
            .containsAll(lists.of(PublishedOptions.Model.LLAMA3_8B, task, "" + count));
      }
    }
  }

  @Test
  void whatWasNotPublishedIsRefusedWithWhatWas() {
    assertThatThrownBy(
            () ->
                options(
                    PublishedOptions.Model.LLAMA2_7B,
                    PublishedOptions.Task.PUBMEDQA,
                    Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("llama2-7b on pubmedqa")
        .hasMessageContaining("those of hellaswag, piqa, race, winogrande");
    assertThatThrownBy(
            () ->
                options(
                    PublishedOptions.Model.LLAMA3_8B, PublishedOptions.Task.RACE, Optional.of(7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("race with layers: 7")
        .hasMessageContaining("race with layers: 6")
        .hasMessageContaining("race with variant: rslora");
  }

  @Test
  void aModelWithOtherLayersIsRefusedWithBothNumbers() {
    assertThatThrownBy(
            () ->
                chosen(
                    PublishedOptions.Model.LLAMA3_8B,
                    PublishedOptions.Task.RACE,
                    Optional.empty(),
                    12))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("llama3-8b, which has 32 layers")
        .hasMessageContaining("this model has 12");
  }

  private List<Integer> found(PublishedOptions.Model model) {
    return lists.entries().stream()
        .filter(entry -> entry.model() == model && entry.list().equals("found"))
        .map(entry -> entry.layers().size())
        .toList();
  }

  private static List<Integer> chosen(
      PublishedOptions.Model model,
      PublishedOptions.Task task,
      Optional<Integer> count,
      int layers) {
    return chosen(options(model, task, count), layers);
  }

  private static List<Integer> chosen(PublishedOptions options, int layers) {
    Selector selector = new PublishedLayers(options);
    return selector.select(new Layered(layers, OptionalInt.empty())).layers();
  }

  private static List<Integer> variant(PublishedOptions.Task task, Variant variant) {
    return chosen(
        new PublishedOptions(
            PublishedOptions.Model.LLAMA3_8B, task, Optional.empty(), Optional.of(variant)),
        32);
  }

  private static PublishedOptions options(
      PublishedOptions.Model model, PublishedOptions.Task task, Optional<Integer> count) {
    return new PublishedOptions(model, task, count, Optional.empty());
  }

  private static List<Integer> ofSamples(PublishedOptions.Task task) {
    return Stream.of(
            Variant.SAMPLES_1000, Variant.SAMPLES_2000, Variant.SAMPLES_5000, Variant.SAMPLES_10000)
        .map(variant -> variant(task, variant).size())
        .toList();
  }
}
