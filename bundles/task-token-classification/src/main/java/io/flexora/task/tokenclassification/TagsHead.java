package io.flexora.task.tokenclassification;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.run.Compatibility;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A linear layer with an output for each tag at the first token of each word, and the
 * cross-entropy.
 *
 * @param names the tags in the order of the outputs
 */
record TagsHead(List<String> names) implements Head {

  /** The tag of a word that is part of no entity. */
  static final String OUTSIDE = "O";

  private static final String KIND = "tags";
  private static final String NAME = "tag ";

  /** Copies the list. */
  TagsHead {
    names = List.copyOf(names);
  }

  /**
   * Makes it again.
   *
   * @throws io.flexora.api.run.FlexoraException if it was a head of another kind
   */
  static TagsHead of(Head.Saved saved) {
    return new TagsHead(saved.require(KIND, "token_classification").numbered(NAME));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Head.Input input() {
    return Head.Input.WORDS;
  }

  @Override
  public List<List<Head.Word>> readWords(Example example) {
    return TaggedWords.of(example)
        .map(tagged -> List.of(tagged.words()))
        .orElseGet(() -> Head.super.readWords(example));
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
        """
            label = torch.reshape(target, [-1]).to(4)
            return torch.cross_entropy_loss(y, label, None, 1, -100, ${smoothing})\
        """,
        "    return torch.log_softmax(y, -1)");
  }

  /** The index of each word's tag; 0 where tags are not known. */
  @Override
  public double[] target(Example example) {
    List<String> tags = expected(example);
    return tags.isEmpty()
        ? new double[readWords(example).get(0).size()]
        : tags.stream().mapToDouble(names::indexOf).toArray();
  }

  private static List<String> expected(Example example) {
    return TaggedWords.of(example).map(TaggedWords::tags).orElse(List.of());
  }

  @Override
  public void checkCompatibility(Example example, Compatibility found) {
    if (expected(example).isEmpty()) {
      found.refuse("has no tags of words as its target");
    }
  }

  @Override
  public Class<Answer.Tags> answers() {
    return Answer.Tags.class;
  }

  /** Words behind the cut of a long text are part of no entity. */
  @Override
  public Answer answer(Example example, double[] scores) {
    int read = scores.length / names.size();
    List<String> predicted = new ArrayList<>();
    for (int word = 0; word < read; word++) {
      int best = 0;
      for (int tag = 1; tag < names.size(); tag++) {
        int from = word * names.size();
        best = scores[from + tag] > scores[from + best] ? tag : best;
      }
      predicted.add(names.get(best));
    }
    int cut = Math.max(0, readWords(example).get(0).size() - read);
    predicted.addAll(Collections.nCopies(cut, OUTSIDE));
    return new Answer.Tags(predicted, expected(example));
  }

  /** The text with its entities in brackets, behind each its type. */
  @Override
  public String words(Example example, Answer answer) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (Entity entity : Entity.of(((Answer.Tags) answer).predicted(), Entity.Mode.DEFAULT)) {
      Head.Word part = part(example, entity);
      text.append(example.prompt(), from, part.begin())
          .append('[')
          .append(part.in(example.prompt()))
          .append(' ')
          .append(entity.type())
          .append(']');
      from = part.end();
    }
    return text.append(example.prompt().substring(from)).toString();
  }

  /** The entities that are given or right, in the order of the text. */
  @Override
  public List<Head.Finding> findings(Example example, Answer answer) {
    Answer.Tags tags = (Answer.Tags) answer;
    Set<Entity> given = Entity.of(tags.predicted(), Entity.Mode.DEFAULT);
    Set<Entity> expected = Entity.of(tags.expected(), Entity.Mode.DEFAULT);
    Set<Entity> all =
        new TreeSet<>(
            Comparator.comparingInt(Entity::begin)
                .thenComparingInt(Entity::end)
                .thenComparing(Entity::type));
    all.addAll(given);
    all.addAll(expected);
    return all.stream()
        .map(
            entity ->
                new Head.Finding(
                    entity.type(),
                    Optional.of(part(example, entity)),
                    given.contains(entity),
                    expected.contains(entity)))
        .toList();
  }

  private Head.Word part(Example example, Entity entity) {
    List<Head.Word> words = readWords(example).get(0);
    return new Head.Word(words.get(entity.begin()).begin(), words.get(entity.end() - 1).end());
  }

  @Override
  public Map<String, String> settings() {
    return Head.numbered(NAME, names);
  }
}
