package io.flexora.evaluator.classification;

import io.flexora.api.data.Example;
import io.flexora.api.model.Tokens;
import io.flexora.testkit.fixture.AssignedScores;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Examples with the probabilities that a model gives them. */
final class Classified extends AssignedScores {

  Classified example(int length, int label, double... probabilities) {
    List<String> choices = Collections.nCopies(probabilities.length, "class");
    Example example = new Example(nextId(), "text", choices, label);
    add(
        new Tokens(example, new int[length], List.of(), 0),
        Arrays.stream(probabilities).map(Math::log).toArray());
    return this;
  }
}
