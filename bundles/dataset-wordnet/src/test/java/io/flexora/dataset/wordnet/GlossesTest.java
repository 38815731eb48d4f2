package io.flexora.dataset.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class GlossesTest {
  private static Synset synset(String origin, String supersense, String gloss) {
    return new Synset(origin, supersense, List.of("word"), gloss);
  }

  private static List<Object> glosses(boolean examples, String gloss) {
    return new Glosses(1, examples)
        .rows(List.of(synset("1", "noun.act", gloss))).stream()
            .map(r -> r.fields().get("gloss"))
            .toList();
  }

  @Test
  void cutsExampleSentencesAndWhoSaidThem() {
    assertThat(glosses(false, "an attribute of something; \"the quality of mercy\"--Shakespeare"))
        .containsExactly("an attribute of something");
    assertThat(glosses(false, "being in charge: \"he is in charge\"; \"ask the chief\""))
        .containsExactly("being in charge");
  }

  @Test
  void keepsQuotedWordsAndSemicolonsInsideADefinition() {
    String gloss = "the adaptation of a play; as in \"carrot and stick\"";
    assertThat(glosses(false, gloss)).containsExactly(gloss);
  }

  @Test
  void keepsExampleSentencesOnRequest() {
    String gloss = "a dog; \"the dog barked\"";
    assertThat(glosses(true, gloss)).containsExactly(gloss);
  }

  @Test
  void takesTheFirstOfEqualGlossesAndNoneOfAmbiguousOnes() {
    List<Synset> synsets =
        List.of(
            synset("1", "noun.act", "the act of running"),
            synset("2", "noun.act", "The act of  running."),
            synset("3", "noun.plant", "a green thing"),
            synset("4", "noun.food", "a green thing; \"eat it\""),
            synset("5", "noun.plant", "a green thing"),
            synset("6", "noun.plant", "oak tree"));
    assertThat(new Glosses(3, false).rows(synsets)).extracting(Row::origin).containsExactly("1");
  }
}
