package io.flexora.files.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonProblemTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      value = {
        "{\"a\": 1 -> Unexpected end-of-input: expected close marker for Object",
        "[1, [2 -> Unexpected end-of-input: expected close marker for Array",
        "{\"a\": no} -> Unrecognized token 'no'",
      })
  void saysWhatIsWrongAndNothingOfTheLibrary(String text, String said) {
    JsonProcessingException problem =
        catchThrowableOfType(
            JsonProcessingException.class, () -> new ObjectMapper().readTree(text));
    assertThat(JsonProblem.of(problem)).isEqualTo(said);
  }
}
