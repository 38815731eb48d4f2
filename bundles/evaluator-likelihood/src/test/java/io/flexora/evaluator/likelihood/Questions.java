package io.flexora.evaluator.likelihood;

import io.flexora.api.data.Example;
import io.flexora.api.model.Continuation;
import io.flexora.api.model.Tokens;
import io.flexora.testkit.fixture.AssignedScores;
import java.util.Arrays;
import java.util.List;

/** Examples with the log-likelihoods that a model gives to their choices. */
final class Questions extends AssignedScores {

  /** A question whose prompt has so many tokens and whose choices have one for each character. */
  Questions question(int prompt, List<String> choices, int label, double... scores) {
    return question(prompt, choices, List.of(label), scores);
  }

  /** The same with several right choices. */
  Questions question(int prompt, List<String> choices, List<Integer> right, double... scores) {
    return question(List.of("q"), prompt, choices, right, scores);
  }

  /** The same with a prompt for each choice. */
  Questions question(
      List<String> prompts,
      int prompt,
      List<String> choices,
      List<Integer> right,
      double... scores) {
    List<Integer> others = right.subList(1, right.size());
    Example example = new Example(nextId(), prompts, " ", choices, right.get(0), others, List.of());
    List<Continuation> continuations =
        choices.stream().map(choice -> continuation(0, choice.length())).toList();
    add(new Tokens(example, new int[prompt], continuations, 0), scores);
    return this;
  }

  /** An answer of so many tokens, after two that do not count. */
  Questions answer(int tokens, double score) {
    Example example = new Example(nextId(), "q", List.of("a"), 0);
    add(new Tokens(example, new int[3], List.of(continuation(2, tokens)), 0), score);
    return this;
  }

  /** A text for a head. */
  Questions classified() {
    Example example = new Example(nextId(), "text", List.of("a", "b"), 0);
    add(new Tokens(example, new int[3], List.of(), 0), -1, -2);
    return this;
  }

  private static Continuation continuation(int before, int answer) {
    boolean[] marks = new boolean[before + answer];
    Arrays.fill(marks, before, marks.length, true);
    return new Continuation(new int[marks.length], marks);
  }
}
