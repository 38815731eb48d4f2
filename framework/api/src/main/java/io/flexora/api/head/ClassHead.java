package io.flexora.api.head;

import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A linear layer with an output for each class.
 *
 * @param classes the names of the classes, at least one
 * @param weights the factor of an example's loss by its class; empty for 1 of each
 */
record ClassHead(List<String> classes, List<Double> weights) implements Head {

  private static final String WEIGHTS = "class_weights";

  /** Copies the lists. */
  ClassHead {
    classes = List.copyOf(classes);
    weights = List.copyOf(weights);
  }

  /** The head that was saved. */
  static ClassHead of(List<String> classes, Map<String, String> settings) {
    return new ClassHead(
        classes,
        Stream.of(settings.getOrDefault(WEIGHTS, "").split(" "))
            .filter(weight -> !weight.isEmpty())
            .map(Double::valueOf)
            .toList());
  }

  @Override
  public String kind() {
    return "classes";
  }

  @Override
  public Head.Input input() {
    return Head.Input.POOLED;
  }

  @Override
  public Map<String, Shape> arrays(int hidden) {
    return Head.linear("classifier", hidden, classes.size());
  }

  @Override
  public String torchScript() {
    return Head.methods(
        "    return torch.linear(x, h[0], h[1])",
        weights.isEmpty()
            ? """
                  label = torch.reshape(target, [-1]).to(4)
                  return torch.cross_entropy_loss(y, label, None, 1, -100, ${smoothing})\
              """
            : """
                  label = torch.select(target, 1, 0).to(4)
                  each = torch.cross_entropy_loss(y, label, None, 0, -100, ${smoothing})
                  return torch.mean(each * torch.type_as(torch.select(target, 1, 1), y))\
              """,
        "    return torch.log_softmax(y, -1)");
  }

  @Override
  public double[] target(Example example) {
    int label = example.label();
    return weights.isEmpty() ? new double[] {label} : new double[] {label, weights.get(label)};
  }

  @Override
  public Class<? extends Answer> answers() {
    return Answer.Choice.class;
  }

  @Override
  public Answer answer(Example example, double[] scores) {
    return Answer.Choice.of(example, scores);
  }

  @Override
  public Map<String, String> settings() {
    return weights.isEmpty()
        ? Map.of()
        : Map.of(WEIGHTS, weights.stream().map(Object::toString).collect(joining(" ")));
  }
}
