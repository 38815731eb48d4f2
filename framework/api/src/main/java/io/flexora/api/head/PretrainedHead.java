package io.flexora.api.head;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The classifier in a model's own files, from which the head of a task starts: its output layer,
 * and the layer in front of that where PEFT trains this one, too.
 *
 * @param module the path of the output layer in the model's usual form, such as {@code
 *     classifier.out_proj}
 * @param inner the path of the layer in front of it that is trained, too; empty if there is none
 * @param reads {@link Head.Input#WORDS} if it reads words, {@link Head.Input#POOLED} if texts
 * @param labels the names of its outputs, in their order
 * @since 0.1
 */
public record PretrainedHead(
    String module, Optional<String> inner, Head.Input reads, List<String> labels) {

  /** The key of the option by which a model keeps it. */
  public static final String OPTION = "head";

  private static final String OUTPUTS = "classifier.";

  /** Copies the list. */
  public PretrainedHead {
    labels = List.copyOf(labels);
  }

  /**
   * The shapes of a head's arrays, under the paths of the model, behind those of the inner layer.
   */
  public Map<String, Shape> arrays(Head head, int hidden) {
    Map<String, Shape> arrays = new LinkedHashMap<>();
    inner.ifPresent(layer -> arrays.putAll(Head.linear(layer, hidden, hidden)));
    head.arrays(hidden)
        .forEach(
            (name, shape) ->
                arrays.put(
                    name.startsWith(OUTPUTS)
                        ? module + "." + name.substring(OUTPUTS.length())
                        : name,
                    shape));
    return arrays;
  }

  /**
   * For each output of a head the output of the classifier that it starts from: the one of the same
   * name, or of its number from 0 on.
   *
   * @throws IncompatibleOptionException if the classifier does not fit the head
   */
  public List<Integer> outputs(Head head) {
    if (head.outputs().isEmpty()
        || !head.arrays(1).keySet().equals(Set.of(OUTPUTS + "weight", OUTPUTS + "bias"))) {
      throw refusal(
          "the head '%s' of the task is no classifier, which the one of the model could be kept for"
              .formatted(head.kind()));
    }
    if (head.input() != reads) {
      throw refusal(
          "the classifier of the model reads %s, and the head '%s' of the task reads %s"
              .formatted(words(reads), head.kind(), words(head.input())));
    }
    List<Integer> outputs = new ArrayList<>();
    for (String name : head.outputs()) {
      int output = labels.contains(name) ? labels.indexOf(name) : number(name);
      if (output >= 0 && !outputs.contains(output)) {
        outputs.add(output);
      }
    }
    if (outputs.size() != head.outputs().size() || outputs.size() != labels.size()) {
      throw refusal(
          ("the classifier of the model has the labels %s, and the task has %s; name the labels as"
                  + " the model does, or by their numbers from 0")
              .formatted(labels, head.outputs()));
    }
    return outputs;
  }

  private int number(String name) {
    return IntStream.range(0, labels.size())
        .filter(i -> name.equals(Integer.toString(i)))
        .findFirst()
        .orElse(-1);
  }

  private static String words(Head.Input input) {
    return input == Head.Input.WORDS ? "words" : "texts";
  }

  private static IncompatibleOptionException refusal(String why) {
    return new IncompatibleOptionException(
        OPTION, why + "; or leave out model.head, for a head that starts from random numbers");
  }
}
