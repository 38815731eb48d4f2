package io.flexora.api.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RowFieldsTest {

  private final RowFields fields =
      new RowFields(
          new Row(
              "train.tsv:7",
              with(
                  "nothing",
                  null,
                  Map.of(
                      "text",
                      "a plum",
                      "blank",
                      " ",
                      "year",
                      1999,
                      "share",
                      "0.25",
                      "choices",
                      List.of("a", 2, true),
                      "holes",
                      Arrays.asList("a", null)))));

  private static Map<String, Object> with(String name, Object value, Map<String, Object> others) {
    Map<String, Object> all = new HashMap<>(others);
    all.put(name, value);
    return all;
  }

  @Test
  void takesWhatIsThere() {
    assertThat(fields.text("text")).isEqualTo("a plum");
    assertThat(fields.text("year")).isEqualTo("1999");
    assertThat(fields.number("year")).isEqualTo(1999);
    assertThat(fields.number("share")).isEqualTo(0.25);
    assertThat(fields.texts("choices", 3)).containsExactly("a", "2", "true");
    assertThat(fields.optionalText("text")).contains("a plum");
    assertThat(fields.optionalText("nothing")).isEmpty();
    assertThat(fields.has("nothing")).isFalse();
  }

  @Test
  void writesFractionsInDecimals() {
    assertThat(List.of(2.5, 1e-4, -3e-5, 12345678.9, 1e7))
        .extracting(number -> fields.asText("share", number))
        .containsExactly("2.5", "0.0001", "-0.00003", "12345678.9", "10000000.0");
  }

  @Test
  void namesTheRowAndTheFieldOfWhatIsMissing() {
    refusedEverywhere(
        "label",
        "row train.tsv:7 has no field 'label'; its fields are 'blank', 'choices', 'holes', 'share',"
            + " 'text', 'year'");
  }

  @Test
  void tellsAnEmptyFieldFromOneThatIsNotThere() {
    refusedEverywhere(
        "nothing", "row train.tsv:7: field 'nothing' is empty; correct or remove the row");
  }

  private void refusedEverywhere(String field, String message) {
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> fields.text(field),
            () -> fields.filledText(field),
            () -> fields.number(field),
            () -> fields.texts(field, 1))) {
      refused(call, message);
    }
  }

  @Test
  void saysWhatIsWantedAndWhatIsThere() {
    refused(
        () -> fields.number("text"),
        "row train.tsv:7: field 'text' should be a number, not 'a plum'; correct or remove the"
            + " row");
    refused(
        () -> fields.text("choices"),
        "row train.tsv:7: field 'choices' should be a text, not '[a, 2, true]'; correct or remove"
            + " the row");
    refused(
        () -> fields.texts("choices", 4),
        "row train.tsv:7: field 'choices' should be a list of at least 4 texts, not '[a, 2,"
            + " true]'; correct or remove the row");
    refused(
        () -> fields.texts("holes", 2),
        "row train.tsv:7: field 'holes[1]' should be a text, not empty; correct or remove the row");
    refused(
        () -> fields.filledText("blank"),
        "row train.tsv:7: field 'blank' is empty; correct or remove the row");
  }

  @Test
  void cutsALongValue() {
    RowFields row = new RowFields(new Row("a:1", Map.of("n", "x".repeat(500))));

    assertThatThrownBy(() -> row.number("n"))
        .hasMessageContaining("not '" + "x".repeat(80) + "...'")
        .hasMessageNotContaining("x".repeat(81));
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(FlexoraException.class).hasMessage(message);
  }
}
