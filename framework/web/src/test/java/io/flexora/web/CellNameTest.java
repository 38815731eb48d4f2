package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.comparison.cell.CellId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CellNameTest {

  private static CellName name(String folder) {
    return CellName.of(folder).orElseThrow();
  }

  @Test
  void aRowWithAnAdapterIsAPartOfTheName() {
    CellName cell = name("bge.words.all+dora.12");

    assertThat(cell).isEqualTo(new CellName(new CellId("bge", "words", "all+dora", 12)));
    assertThat(cell.id()).isEqualTo("bge.words.all+dora.12");
    assertThat(CellName.of("bge.words.all+dora")).isEmpty();
  }

  @Test
  void trialsStandBeforeTheCellThatIsTested() {
    CellName trial = name("bge.words.all.1.trial-10");

    assertThat(trial.trial()).hasValue(10);
    assertThat(trial.id()).isEqualTo("bge.words.all.1.trial-10");
    assertThat(CellName.of("bge.words.all.1.other-10")).isEmpty();
    assertThat(
            Stream.of("m.t.all.1", "m.t.all.1.trial-10", "m.t.all.2.trial-0", "m.t.all.1.trial-9")
                .map(CellNameTest::name)
                .sorted(CellName.order(List.of("m"), List.of("t"), List.of("all")))
                .map(CellName::id))
        .containsExactly(
            "m.t.all.1.trial-9", "m.t.all.1.trial-10", "m.t.all.1", "m.t.all.2.trial-0");
  }

  @Test
  void rowsStandInTheOrderOfTheirFile() {
    List<String> rows = List.of("last+lora", "last+dora", "all+lora");
    assertThat(
            Stream.of("m.t.all+lora.1", "m.t.last+dora.1", "m.t.last+lora.2", "m.t.last+lora.1")
                .map(CellNameTest::name)
                .sorted(CellName.order(List.of("m"), List.of("t"), rows))
                .map(CellName::id))
        .containsExactly("m.t.last+lora.1", "m.t.last+lora.2", "m.t.last+dora.1", "m.t.all+lora.1");
  }
}
