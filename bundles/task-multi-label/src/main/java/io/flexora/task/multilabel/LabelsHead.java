package io.flexora.task.multilabel;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.run.Compatibility;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A linear layer with an output for each label, whose sigmoid is the label's probability, and the
 * binary cross-entropy.
 *
 * @param names the labels in the order of the outputs
 * @param threshold the probability from which on a label is given; chosen after the training where
 *     it is empty
 */
record LabelsHead(List<String> names, Optional<Double> threshold) implements Head {

  private static final String KIND = "labels";
  private static final String NAME = "label ";
  private static final String THRESHOLD = "threshold";
  private static final double USUAL = 0.5;

  /** Copies the list. */
  LabelsHead {
    names = List.copyOf(names);
  }

  /**
   * Makes it again.
   *
   * @throws io.flexora.api.run.FlexoraException if it was a head of another kind
   */
  static LabelsHead of(Head.Saved saved) {
    Optional<String> threshold =
        Optional.ofNullable(saved.require(KIND, "multi_label").settings().get(THRESHOLD));
    return new LabelsHead(saved.numbered(NAME), threshold.map(Double::valueOf));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Head.Input input() {
    return Head.Input.POOLED;
  }

  @Override
  public List<String> outputs() {
    return names;
  }

  @Override
  public Map<String, Shape> arrays(int hidden) {
    return Head.linear("classifier", hidden, names.size());
  }

  @Override
  public String torchScript() {
    return Head.methods(
        "    return torch.linear(x, h[0], h[1])",
        "    return torch.binary_cross_entropy_with_logits(y, torch.type_as(target, y), None, None, 1)",
        "    return torch.sigmoid(y)");
  }

  @Override
  public double[] target(Example example) {
    double[] target = new double[names.size()];
    expected(example).forEach(label -> target[label] = 1);
    return target;
  }

  private static List<Integer> expected(Example example) {
    return example.target().orElse(null) instanceof LabelSet labels ? labels.indices() : List.of();
  }

  @Override
  public void checkCompatibility(Example example, Compatibility found) {
    if (!(example.target().orElse(null) instanceof LabelSet)) {
      found.refuse("has no set of labels as its target");
    }
  }

  @Override
  public Class<Answer.Labels> answers() {
    return Answer.Labels.class;
  }

  @Override
  public Answer answer(Example example, double[] scores) {
    double from = threshold.orElse(USUAL);
    return new Answer.Labels(
        Arrays.stream(scores).boxed().toList(),
        IntStream.range(0, scores.length).filter(i -> scores[i] >= from).boxed().toList(),
        expected(example));
  }

  @Override
  public String words(Example example, Answer answer) {
    return ((Answer.Labels) answer)
        .predicted().stream().map(names::get).collect(Collectors.joining(", "));
  }

  @Override
  public List<Head.Finding> findings(Example example, Answer answer) {
    Answer.Labels labels = (Answer.Labels) answer;
    return IntStream.range(0, names.size())
        .mapToObj(
            i ->
                new Head.Finding(
                    names.get(i),
                    Optional.empty(),
                    labels.predicted().contains(i),
                    labels.expected().contains(i)))
        .toList();
  }

  @Override
  public boolean fitsAnswers() {
    return threshold.isEmpty();
  }

  /** Chooses the threshold with the highest micro F1, of equals the one closest to one half. */
  @Override
  public Head fitted(List<Answer> answers) {
    List<Answer.Labels> all = answers.stream().map(Answer.Labels.class::cast).toList();
    double best = USUAL;
    double highest = microF1(all, USUAL);
    // In hundredths: a finer one would tell of the validation rows alone.
    for (int hundredths = 1; hundredths < 100; hundredths++) {
      double candidate = hundredths / 100.0;
      double f1 = microF1(all, candidate);
      boolean closer = Math.abs(candidate - USUAL) < Math.abs(best - USUAL);
      if (f1 > highest || (f1 == highest && closer)) {
        best = candidate;
        highest = f1;
      }
    }
    return new LabelsHead(names, Optional.of(best));
  }

  private static double microF1(List<Answer.Labels> answers, double from) {
    long right = 0;
    long either = 0;
    for (Answer.Labels answer : answers) {
      for (int label = 0; label < answer.scores().size(); label++) {
        boolean given = answer.scores().get(label) >= from;
        boolean expected = answer.expected().contains(label);
        right += given && expected ? 2 : 0;
        either += (given ? 1 : 0) + (expected ? 1 : 0);
      }
    }
    return either == 0 ? 0 : (double) right / either;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = Head.numbered(NAME, names);
    threshold.ifPresent(chosen -> settings.put(THRESHOLD, chosen.toString()));
    return settings;
  }
}
