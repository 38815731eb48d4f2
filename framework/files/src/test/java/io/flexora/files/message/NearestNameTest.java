package io.flexora.files.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  private static final List<String> KNOWN =
      List.of("learning_rate", "lora_rank", "max_steps", "model.safetensors", "seed", "for");

  @ParameterizedTest
  @CsvSource({
    "learning-rate, learning_rate",
    "lerning_rate, learning_rate",
    "LoraRank, lora_rank",
    "rank, lora_rank",
    "max_step, max_steps",
    "model.safetensor, model.safetensors",
    "modle.safetensors, model.safetensors",
    "sede, seed",
    "fro, for",
    "fr, for",
    "ford, for"
  })
  void aSlipIsUnderstood(String written, String meant) {
    assertThat(NearestName.to(written, KNOWN)).contains(meant);
  }

  @Test
  void ofEquallySimilarNamesTheFirstOfAListIsMeant() {
    List<String> names = List.of("low", "high", "log");
    assertThat(NearestName.to("lo", names)).contains("low");
    assertThat(NearestName.to("lo", Set.copyOf(names))).contains("log");
  }

  @Test
  void ofEquallySimilarNamesThatWhichBeginsSoIsMeant() {
    List<String> names = List.of("lower_max", "maximum_of_all_gradient_norms");
    assertThat(NearestName.to("max", names)).contains("maximum_of_all_gradient_norms");
  }

  @Test
  void aWrongLetterIsNearerThanALongerWordThatHasThemAll() {
    assertThat(NearestName.hint("rum", List.of("resume", "run")))
        .startsWith("; did you mean 'run' or 'resume'?");
    assertThat(NearestName.to("rum", List.of("rib", "gum"))).isEmpty();
  }

  @Test
  void anotherWordIsNot() {
    assertThat(NearestName.to("optimizer", KNOWN)).isEmpty();
    assertThat(NearestName.to("x", KNOWN)).isEmpty();
    assertThat(NearestName.to("s".repeat(1000), KNOWN)).isEmpty();
  }

  @Test
  void aHintListsWhatIsKnownUnlessThatIsMuch() {
    assertThat(NearestName.hint("labels", List.of("label", "text")))
        .isEqualTo("; did you mean 'label'? Known are label, text");
    assertThat(NearestName.hint("zzz", List.of("label", "text")))
        .isEqualTo("; known are label, text");
    assertThat(NearestName.hint("label", java.util.Collections.nCopies(31, "x"))).isEmpty();
  }
}
