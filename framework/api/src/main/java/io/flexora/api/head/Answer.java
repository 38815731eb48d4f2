package io.flexora.api.head;

import static java.util.stream.Collectors.joining;

import io.flexora.api.data.Example;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;

/**
 * The answer of a model to an example, and beside it the right one.
 *
 * @since 0.1
 */
public sealed interface Answer {

  /** What it says, for a person. */
  String words();

  /**
   * One of the choices of an example, or of the classes of the task.
   *
   * @param label the right choice; of several right ones that with the highest score, so that the
   *     answer is right where both are the same
   * @param predicted the choice with the highest score; the first of equals
   * @param scores the log-likelihood of each choice
   */
  record Choice(int label, int predicted, List<Double> scores) implements Answer {

    /** Copies the scores. */
    public Choice {
      scores = List.copyOf(scores);
    }

    /**
     * The choice among the choices of an example.
     *
     * @param scores the log-likelihood of each
     */
    public static Choice of(Example example, double[] scores) {
      return new Choice(
          highest(scores, example::isRight),
          highest(scores, choice -> true),
          Arrays.stream(scores).boxed().toList());
    }

    @Override
    public String words() {
      return "choice %d".formatted(predicted + 1);
    }

    /** The choice with the highest score among some; the first of equals. */
    private static int highest(double[] scores, IntPredicate some) {
      int best = -1;
      for (int i = 0; i < scores.length; i++) {
        best = some.test(i) && (best < 0 || scores[i] > scores[best]) ? i : best;
      }
      return best;
    }
  }

  /**
   * A number, in the unit of the target.
   *
   * @param value the number
   * @param expected the right one; empty where it is not known
   */
  record Numeric(double value, OptionalDouble expected) implements Answer {

    @Override
    public String words() {
      return Double.toString(value);
    }
  }

  /**
   * Several of the labels of a task, or none.
   *
   * @param scores the score of each label
   * @param predicted the indices of the labels that are given, ascending
   * @param expected the indices of the right ones
   */
  record Labels(List<Double> scores, List<Integer> predicted, List<Integer> expected)
      implements Answer {

    /** Copies the lists. */
    public Labels {
      scores = List.copyOf(scores);
      predicted = List.copyOf(predicted);
      expected = List.copyOf(expected);
    }

    @Override
    public String words() {
      return predicted.stream().map(label -> "label " + (label + 1)).collect(joining(", "));
    }
  }

  /**
   * A tag of each word.
   *
   * @param predicted the tags that are given
   * @param expected the right ones; empty where they are not known
   */
  record Tags(List<String> predicted, List<String> expected) implements Answer {

    /** Copies the lists. */
    public Tags {
      predicted = List.copyOf(predicted);
      expected = List.copyOf(expected);
    }

    @Override
    public String words() {
      return String.join(" ", predicted);
    }
  }

  /**
   * A vector of each text of an example.
   *
   * @param texts the vectors
   */
  record Vectors(List<List<Double>> texts) implements Answer {

    /** Copies the lists. */
    public Vectors {
      texts = texts.stream().map(List::copyOf).toList();
    }

    @Override
    public String words() {
      return texts.toString();
    }
  }
}
