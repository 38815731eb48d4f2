package io.flexora.api.head;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The part of a model behind its layers: what it reads of a text, its trained arrays, its loss, and
 * its answer to an example. A task chooses it ({@link io.flexora.api.task.Examples}); {@link #NONE}
 * and {@link #classes(List)} are the usual ones. Equal heads have equal arrays and losses.
 *
 * <p>A head is text of TorchScript, from which gradients and products with the Hessian are derived:
 * all of it has to be twice differentiable. A <i>place</i> is a vector that the head reads: one of
 * each text, or of each word. The places of a batch are those of its examples, in their order.
 *
 * @since 0.1
 */
@ConsumerType
public interface Head {

  /** No head: an answer is judged by the likelihood of its text, as decoders do. */
  Head NONE =
      new Head() {
        @Override
        public String kind() {
          return "none";
        }

        @Override
        public Input input() {
          return Input.NOTHING;
        }

        @Override
        public Map<String, Shape> arrays(int hidden) {
          return Map.of();
        }

        @Override
        public String torchScript() {
          return "";
        }

        @Override
        public double[] target(Example example) {
          return new double[0];
        }

        @Override
        public Class<? extends Answer> answers() {
          return Answer.Choice.class;
        }

        @Override
        public Answer answer(Example example, double[] scores) {
          return Answer.Choice.of(example, scores);
        }
      };

  /**
   * A linear layer with an output for each class, and the cross-entropy.
   *
   * @param names the names of the classes; none for {@link #NONE}
   */
  static Head classes(List<String> names) {
    return classes(names, List.of());
  }

  /**
   * The same with a factor of an example's loss by its class, as rare classes want it. The loss is
   * the mean over the examples, by whose weights it is not divided.
   *
   * @param weights one for each class; empty for 1 of each
   */
  static Head classes(List<String> names, List<Double> weights) {
    return names.isEmpty() ? NONE : new ClassHead(names, weights);
  }

  /** The same for classes that are called by their numbers from 0; {@link #NONE} for 0. */
  static Head classes(int count) {
    return classes(IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }

  /** The word for its kind, such as {@code classes}, for records and messages. */
  String kind();

  /** What it reads of a text. */
  Input input();

  /** Whether there is anything behind the layers, so that whole texts are read. */
  default boolean isPresent() {
    return input() != Input.NOTHING;
  }

  /** The names of the classes in the order of the outputs; empty if it chooses among none. */
  default List<String> classes() {
    return List.of();
  }

  /** The names of its outputs, in their order; empty if they have none. */
  default List<String> outputs() {
    return classes();
  }

  /**
   * The texts of an example that are read, each by itself; its prompt by default, which is read
   * together with its {@linkplain Example#second second text} where it has one. All examples that
   * are learnt have as many.
   */
  default List<String> texts(Example example) {
    return List.of(example.prompt());
  }

  /**
   * The words of each of its texts, whose first tokens {@link Input#WORDS} reads; what spaces
   * separate by default.
   */
  default List<List<Word>> readWords(Example example) {
    return texts(example).stream().map(Word::separatedBySpaces).toList();
  }

  /**
   * The shapes of its arrays, by tensor name in the order in which theta has them. A matrix starts
   * from small random numbers, a vector from zeros.
   *
   * @param hidden the width of what it reads
   */
  Map<String, Shape> arrays(int hidden);

  /** The shapes of a linear layer: {@code NAME.weight} and {@code NAME.bias}. */
  static Map<String, Shape> linear(String name, int hidden, int outputs) {
    Map<String, Shape> arrays = new LinkedHashMap<>();
    arrays.put(name + ".weight", new Shape(outputs, hidden));
    arrays.put(name + ".bias", new Shape(outputs));
    return arrays;
  }

  /**
   * The methods, indented by two spaces, with n places, o numbers that are put out of each, and t
   * numbers of a target; see {@link #methods}:
   *
   * <ul>
   *   <li>{@code head_outputs(x, h)}: the outputs {@code [n, o]} of places {@code x} {@code [n,
   *       hidden]}, with its arrays {@code h}; all of theta's type
   *   <li>{@code head_loss(y, target)}: the mean loss over the places, without dimensions, of
   *       outputs {@code y} and float64 targets {@code [n, t]}
   *   <li>{@code head_scores(y)}: the numbers {@code [n, s]} that {@link #answer} reads
   * </ul>
   *
   * <p>{@code ${smoothing}} is the {@linkplain Objective#labelSmoothing label smoothing} of the
   * training.
   */
  String torchScript();

  /**
   * The methods of a head with their signatures.
   *
   * @param outputs the lines of {@code head_outputs}, indented by four spaces
   * @param loss the lines of {@code head_loss}
   * @param scores the lines of {@code head_scores}
   */
  static String methods(String outputs, String loss, String scores) {
    return """
      def head_outputs(self, x: Tensor, h: List[Tensor]) -> Tensor:
    %s
      def head_loss(self, y: Tensor, target: Tensor) -> Tensor:
    %s
      def head_scores(self, y: Tensor) -> Tensor:
    %s
    """
        .formatted(outputs, loss, scores);
  }

  /**
   * The target of an example, as the loss reads it.
   *
   * @return t numbers for each place, in their order; those of words behind the cut of a long text
   *     are left out
   */
  double[] target(Example example);

  /**
   * Notes why an example cannot be learnt, as the end of a sentence that begins with the example,
   * such as {@code has no number as its target}; nothing by default.
   */
  default void checkCompatibility(Example example, Compatibility found) {}

  /**
   * Whether the loss of an example depends on the others of its batch, as with negatives from the
   * batch. Such a batch is computed at once.
   */
  default boolean comparesExamples() {
    return false;
  }

  /** The kind of its answers. */
  Class<? extends Answer> answers();

  /**
   * The answer to an example.
   *
   * @param scores the scores of its places, one behind the other
   */
  Answer answer(Example example, double[] scores);

  /**
   * The words of an answer to an example for a person, such as the names of labels, or the example
   * with its entities; the answer's own by default.
   */
  default String words(Example example, Answer answer) {
    return answer.words();
  }

  /**
   * The named things in an answer and in the right one, such as labels or entities, which a report
   * counts by name; none by default.
   */
  default List<Finding> findings(Example example, Answer answer) {
    return List.of();
  }

  /**
   * Whether it is {@linkplain #fitted fitted} to answers after the training, as with a threshold
   * that is chosen on validation examples.
   */
  default boolean fitsAnswers() {
    return false;
  }

  /**
   * The same head, fitted: with the same arrays, and the same {@link #settings} and more.
   *
   * @param answers its answers to the validation examples after the training; there may be none
   */
  default Head fitted(List<Answer> answers) {
    return this;
  }

  /**
   * What is to be kept beside the trained arrays, by name, such as the scale of targets; what
   * {@link io.flexora.api.task.Task#head} makes the head of again.
   */
  default Map<String, String> settings() {
    return Map.of();
  }

  /** Names as {@link #settings}, each under a prefix and its number from 0 on. */
  static Map<String, String> numbered(String prefix, List<String> names) {
    Map<String, String> settings = new TreeMap<>();
    IntStream.range(0, names.size()).forEach(i -> settings.put(prefix + i, names.get(i)));
    return settings;
  }

  /** The part of a text that a head reads behind the last layer. */
  enum Input {
    /** Nothing: there is no head. */
    NOTHING,
    /**
     * The vector that the model makes of a text: by an encoder's own pooling, else the last token.
     */
    POOLED,
    /** The first token, as BERT's classifiers. */
    FIRST,
    /** The last token, which of a decoder is the one that has seen all of them. */
    LAST,
    /** The mean of all tokens. */
    MEAN,
    /** The first token of each {@linkplain Head#readWords word}. */
    WORDS
  }

  /**
   * A word of a text.
   *
   * @param begin the index of its first character
   * @param end the index behind its last character
   */
  record Word(int begin, int end) {

    /** The words of a text that spaces separate. */
    public static List<Word> separatedBySpaces(String text) {
      List<Word> words = new ArrayList<>();
      int begin = 0;
      for (int i = 0; i <= text.length(); i++) {
        if (i == text.length() || text.charAt(i) == ' ') {
          if (i > begin) {
            words.add(new Word(begin, i));
          }
          begin = i + 1;
        }
      }
      return List.copyOf(words);
    }

    /** Its characters. */
    public String in(String text) {
      return text.substring(begin, end);
    }
  }

  /**
   * A named thing in an answer or in the right one, such as a label or an entity.
   *
   * @param name its name, such as the type of an entity
   * @param part its place in the text of the example; empty if it is about the whole text
   * @param given whether the answer has it
   * @param expected whether the right answer has it
   */
  record Finding(String name, Optional<Word> part, boolean given, boolean expected) {}

  /**
   * The record of a head beside its trained arrays.
   *
   * @param kind the kind of the head
   * @param classes the names of its classes; empty if it has none
   * @param settings its own settings, by name
   */
  record Saved(String kind, List<String> classes, Map<String, String> settings) {

    /** Copies both, the settings in the order of their names. */
    public Saved {
      classes = List.copyOf(classes);
      settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** What is kept of a head. */
    public static Saved of(Head head) {
      return new Saved(head.kind(), head.classes(), head.settings());
    }

    /** Whether it was this head, as it is or {@linkplain Head#fitted fitted}. */
    public boolean isOf(Head head) {
      Saved other = of(head);
      return kind.equals(other.kind)
          && classes.equals(other.classes)
          && settings.entrySet().containsAll(other.settings.entrySet());
    }

    /**
     * The record itself, where it is of a kind of head.
     *
     * @param wanted the kind of the head that a task makes
     * @param task the name of the task
     * @throws FlexoraException if it was a head of another kind
     */
    public Saved require(String wanted, String task) {
      if (!kind.equals(wanted)) {
        throw new FlexoraException(
            ("the model was trained with the head '%s', and task '%s' has the head '%s'; take the"
                    + " task of its training")
                .formatted(kind, task, wanted));
      }
      return this;
    }

    /** The names that {@link Head#numbered} keeps under a prefix, in their order. */
    public List<String> numbered(String prefix) {
      return Stream.iterate(0, i -> settings.containsKey(prefix + i), i -> i + 1)
          .map(i -> settings.get(prefix + i))
          .toList();
    }

    /**
     * The head of classes, or none.
     *
     * @throws FlexoraException if it was another one, which its task has to make
     */
    public Head restored() {
      Head head = classes.isEmpty() ? NONE : ClassHead.of(classes, settings);
      if (!of(head).equals(this)) {
        throw new FlexoraException(
            ("a head '%s' was trained, which the task does not know; use the task that it was trained"
                    + " for")
                .formatted(kind));
      }
      return head;
    }
  }
}
