package io.flexora.task.embedding;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.head.Answer;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The vector of a text, of length 1.
 *
 * @param numbers its numbers
 */
// Bulk data; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record Embedded(double[] numbers) {

  /** The vector of a text of an example: 0 is the query, 1 the positive. */
  static Embedded of(ScoredExample example, int text) {
    List<Double> vector = example.prediction().as(Answer.Vectors.class).texts().get(text);
    double[] numbers = vector.stream().mapToDouble(Double::doubleValue).toArray();
    double squares = 0;
    for (double number : numbers) {
      squares += number * number;
    }
    double length = Math.max(Math.sqrt(squares), 1e-12);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] /= length;
    }
    return new Embedded(numbers);
  }

  double cosine(Embedded other) {
    double sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      sum += numbers[i] * other.numbers[i];
    }
    return sum;
  }

  /** The similarity that the row of an example tells; empty if it tells none. */
  static OptionalDouble score(Example example) {
    return example.target().orElse(null) instanceof Target.Passages passages
        ? passages.score()
        : OptionalDouble.empty();
  }

  /** The texts of an example that are embedded: a question is a query alone. */
  static List<String> texts(Example example) {
    return example.target().orElse(null) instanceof Target.Passages passages
        ? Stream.concat(Stream.of(example.prompt()), passages.texts().stream()).toList()
        : List.of(example.prompt());
  }
}
