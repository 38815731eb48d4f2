package io.flexora.api.head;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import java.util.List;
import java.util.Map;

/**
 * A linear layer with an output for each class.
 *
 * @param classes the names of the classes, at least one
 */
record ClassHead(List<String> classes) implements Head {

  /** Copies the list. */
  ClassHead {
    classes = List.copyOf(classes);
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
        "    label = torch.reshape(target, [-1]).to(4)\n"
            + "    return torch.cross_entropy_loss(y, label, None, 1, -100, ${smoothing})",
        "    return torch.log_softmax(y, -1)");
  }

  @Override
  public double[] target(Example example) {
    return new double[] {example.label()};
  }

  @Override
  public Class<? extends Answer> answers() {
    return Answer.Choice.class;
  }

  @Override
  public Answer answer(Example example, double[] scores) {
    return Answer.Choice.of(example, scores);
  }
}
