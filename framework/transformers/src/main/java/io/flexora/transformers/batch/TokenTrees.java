package io.flexora.transformers.batch;

import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;

/**
 * Examples as one packed row of tokens: of each example the tokens that all its choices share,
 * once, then those of each choice. A token sees what stands before it on its own branch; padding
 * exists in the attention only, where examples are put below each other.
 *
 * <p>{@code n} counts packed tokens, {@code t} the tokens of the longest example.
 *
 * @since 0.1
 */
public final class TokenTrees {

  /** The branch of tokens that all choices share. */
  private static final long SHARED = -1;

  private static final long PADDING = -2;
  // Behind every real position, so that no token sees padding.
  private static final long BEHIND = 1L << 40;

  private final List<Tokens> examples;
  private final List<List<Continuation>> branches;
  private final int longest;
  private final int mostChoices;
  private final List<Label> labels = new ArrayList<>();
  private final long[] ids;
  private final long[] positions;
  private final long[] scatter;
  private final long[] branch;
  private final long[] place;
  private final long[] gather;

  private final boolean promptLabels;

  /** A token to predict: from which packed token, which token, and for which choice. */
  private record Label(int row, int token, int choice) {}

  private TokenTrees(
      List<Tokens> examples, List<List<Continuation>> branches, boolean promptLabels) {
    this.examples = List.copyOf(examples);
    this.branches = branches;
    this.promptLabels = promptLabels;
    int tokens = 0;
    int most = 0;
    for (int e = 0; e < examples.size(); e++) {
      int length = size(e);
      tokens += length;
      most = Math.max(most, length);
    }
    this.longest = most;
    this.mostChoices = branches.stream().mapToInt(List::size).max().orElse(0);
    this.ids = new long[tokens];
    this.positions = new long[tokens];
    this.scatter = new long[tokens];
    this.branch = new long[examples.size() * longest];
    this.place = new long[examples.size() * longest];
    this.gather = new long[examples.size() * longest];
    Arrays.fill(branch, PADDING);
    Arrays.fill(place, BEHIND);
    fill();
    labels.sort(Comparator.comparingInt(Label::row));
  }

  /**
   * With all choices of each example, or the right one alone.
   *
   * @param promptLabels whether the tokens in front of the answers are to be predicted, too, but
   *     for the first; those of a choice that differs from the right one in front of the answer are
   *     not
   */
  public static TokenTrees of(List<Tokens> examples, boolean allChoices, boolean promptLabels) {
    List<List<Continuation>> branches =
        allChoices
            ? examples.stream().map(Tokens::choices).toList()
            : examples.stream().map(TokenTrees::answer).toList();
    return new TokenTrees(examples, branches, promptLabels);
  }

  /** The right choice; none where the example has no choices, as a head reads the text. */
  private static List<Continuation> answer(Tokens example) {
    return example.choices().isEmpty() ? List.of() : List.of(right(example));
  }

  private static Continuation right(Tokens example) {
    return example.choices().get(example.example().label());
  }

  /** The tokens of an example with all its choices, or with the right one alone. */
  public static int length(Tokens example, boolean allChoices) {
    return example.computedTokens(allChoices);
  }

  private void fill() {
    int at = 0;
    for (int e = 0; e < examples.size(); e++) {
      int slot = e * longest;
      int[] shared = examples.get(e).ids();
      for (int i = 0; i < shared.length; i++) {
        put(at++, slot++, shared[i], i, SHARED);
      }
      int last = at - 1;
      if (promptLabels) {
        labelPrompt(examples.get(e), last - shared.length + 1, e);
      }
      for (int c = 0; c < branches.get(e).size(); c++) {
        Continuation choice = branches.get(e).get(c);
        label(examples.get(e), choice, last, at, e * mostChoices + c);
        for (int i = 0; i < choice.ids().length; i++) {
          put(at++, slot++, choice.ids()[i], shared.length + i, c);
        }
      }
    }
  }

  private void put(int at, int slot, int id, int position, long onBranch) {
    ids[at] = id;
    positions[at] = position;
    scatter[at] = slot;
    gather[slot] = at;
    branch[slot] = onBranch;
    place[slot] = position;
  }

  /** Labels what the right choice shares with others, and on its branch what is no answer. */
  private void labelPrompt(Tokens example, int first, int number) {
    int segment = examples.size() * mostChoices + number;
    int[] shared = example.ids();
    for (int i = 1; i < shared.length; i++) {
      labels.add(new Label(first + i - 1, shared[i], segment));
    }
    int at = first + shared.length;
    List<Continuation> own = branches.get(number);
    int right = own.size() == 1 ? 0 : example.example().label();
    for (Continuation earlier : own.subList(0, right)) {
      at += earlier.ids().length;
    }
    Continuation choice = own.get(right);
    for (int i = 0; i < choice.ids().length; i++) {
      if (!choice.answer()[i] && (i > 0 || shared.length > 0)) {
        int row = i == 0 ? first + shared.length - 1 : at + i - 1;
        labels.add(new Label(row, choice.ids()[i], segment));
      }
    }
  }

  private void label(Tokens example, Continuation choice, int last, int first, int segment) {
    for (int i = 0; i < choice.ids().length; i++) {
      if (choice.answer()[i]) {
        if (i == 0 && example.ids().length == 0) {
          throw new IncompatibleOptionException(
              "add_bos",
              "example %s: there is no token in front of the answer to predict it from; give it a"
                      .formatted(example.example().id())
                  + " prompt, or write add_bos: yes");
        }
        labels.add(new Label(i == 0 ? last : first + i - 1, choice.ids()[i], segment));
      }
    }
  }

  /** The number of examples. */
  public int examples() {
    return examples.size();
  }

  /** How many packed tokens each example has; those of the examples lie behind each other. */
  public int[] sizes() {
    int[] sizes = new int[examples.size()];
    for (int e = 0; e < sizes.length; e++) {
      sizes[e] = size(e);
    }
    return sizes;
  }

  private int size(int example) {
    return examples.get(example).ids().length
        + branches.get(example).stream().mapToInt(c -> c.ids().length).sum();
  }

  /** {@code t}. */
  public int longest() {
    return longest;
  }

  /** The most choices of an example. */
  public int mostChoices() {
    return mostChoices;
  }

  /** The number of tokens to predict. */
  public int labels() {
    return labels.size();
  }

  /** Token ids {@code [n]}. */
  public long[] ids() {
    return ids;
  }

  /** The position of each token in its text {@code [n]}. */
  public long[] positions() {
    return positions;
  }

  /** Where each packed token lies among the padded ones {@code [n]}. */
  public long[] scatter() {
    return scatter;
  }

  /** The branch of each padded token {@code [examples, t]}. */
  public long[] branch() {
    return branch;
  }

  /** The position of each padded token in its text {@code [examples, t]}. */
  public long[] place() {
    return place;
  }

  /** Which packed token each padded one is {@code [examples * t]}. */
  public long[] gather() {
    return gather;
  }

  /** All packed tokens. */
  public long[] all() {
    return LongStream.range(0, ids.length).toArray();
  }

  /** The packed tokens that belong to an answer, ascending. */
  public long[] answers() {
    LongStream.Builder places = LongStream.builder();
    int at = 0;
    for (int e = 0; e < examples.size(); e++) {
      at += examples.get(e).ids().length;
      for (Continuation branch : branches.get(e)) {
        for (int i = 0; i < branch.ids().length; i++, at++) {
          if (branch.answer()[i]) {
            places.add(at);
          }
        }
      }
    }
    return places.build().toArray();
  }

  /** The packed tokens that something is predicted from, ascending. */
  public long[] rows() {
    return labels.stream().mapToLong(Label::row).distinct().toArray();
  }

  /** For each label, in the order of the rows, the index of its row {@code [labels]}. */
  public long[] rowOfLabel() {
    long[] at = new long[labels.size()];
    int row = 0;
    for (int i = 1; i < at.length; i++) {
      row += labels.get(i).row() == labels.get(i - 1).row() ? 0 : 1;
      at[i] = row;
    }
    return at;
  }

  /** For each label the token to predict {@code [labels]}. */
  public long[] tokens() {
    return labels.stream().mapToLong(Label::token).toArray();
  }

  /** For each label its choice, counted through {@code [examples, mostChoices]}. */
  public long[] choices() {
    return labels.stream().mapToLong(Label::choice).toArray();
  }

  /**
   * How many tokens of each choice are predicted, 1 where there is none {@code [examples,
   * mostChoices]}.
   */
  public float[] lengths() {
    float[] lengths = new float[examples.size() * mostChoices];
    Arrays.fill(lengths, 1);
    for (int e = 0; e < examples.size(); e++) {
      for (int c = 0; c < branches.get(e).size(); c++) {
        lengths[e * mostChoices + c] = Math.max(1, branches.get(e).get(c).answerTokens());
      }
    }
    return lengths;
  }

  /**
   * The tokens of prompts, but for the first of each, and of right answers, which {@code share} of
   * an objective counts.
   */
  public static long promptAndAnswer(Tokens example) {
    return Math.max(0, example.ids().length - 1)
        + answer(example).stream().mapToLong(a -> a.ids().length).sum();
  }

  /** What is added to the score of each choice {@code [examples, mostChoices]}: 0 if it exists. */
  public float[] choiceMask() {
    return mask((example, choice) -> true);
  }

  /** The same, but 0 if the choice is right; of no use without all choices. */
  public float[] rightMask() {
    return mask((example, choice) -> example.isRight(choice));
  }

  private float[] mask(BiPredicate<Example, Integer> open) {
    float[] mask = new float[examples.size() * mostChoices()];
    Arrays.fill(mask, Float.NEGATIVE_INFINITY);
    for (int e = 0; e < examples.size(); e++) {
      for (int c = 0; c < branches.get(e).size(); c++) {
        mask[e * mostChoices() + c] =
            open.test(examples.get(e).example(), c) ? 0 : Float.NEGATIVE_INFINITY;
      }
    }
    return mask;
  }

  /**
   * For each example the packed tokens that something predicted can depend on, ascending: those at
   * or before the last on their branch that something is predicted from.
   */
  public List<long[]> before() {
    boolean[] counts = new boolean[ids.length];
    labels.forEach(label -> counts[label.row()] = true);
    List<long[]> before = new ArrayList<>();
    int at = 0;
    for (int e = 0; e < examples.size(); e++) {
      int first = at;
      int shared = at + examples.get(e).ids().length;
      boolean onAnyBranch = false;
      at = shared;
      for (Continuation choice : branches.get(e)) {
        int next = at + choice.ids().length;
        onAnyBranch |= fillBefore(counts, at, next, false);
        at = next;
      }
      fillBefore(counts, first, shared, onAnyBranch);
      before.add(LongStream.range(first, at).filter(i -> counts[(int) i]).toArray());
    }
    return before;
  }

  /** Marks what stands before a mark, and says whether there is one. */
  private static boolean fillBefore(boolean[] counts, int from, int to, boolean behind) {
    boolean marked = behind;
    for (int i = to - 1; i >= from; i--) {
      marked |= counts[i];
      counts[i] = marked;
    }
    return marked;
  }

  /**
   * For each label 1 if each choice of its example is a single token, all after the same one, and 0
   * otherwise, as for tokens of prompts {@code [labels]}.
   */
  public float[] single() {
    boolean[] single = new boolean[examples.size()];
    for (int e = 0; e < single.length; e++) {
      single[e] = branches.get(e).stream().allMatch(c -> c.answerTokens() == 1 && c.answer()[0]);
    }
    float[] values = new float[labels.size()];
    for (int i = 0; i < values.length; i++) {
      int example = labels.get(i).choice() / mostChoices;
      values[i] = example < single.length && single[example] ? 1 : 0;
    }
    return values;
  }

  /**
   * Cuts the rows into chunks.
   *
   * @param most the most rows of a chunk
   * @return for each chunk its number of rows and its number of labels
   */
  public long[] chunks(int most) {
    long[] at = rowOfLabel();
    int rows = at.length == 0 ? 0 : (int) at[at.length - 1] + 1;
    int count = Math.max(1, (rows + most - 1) / most);
    long[] chunks = new long[2 * count];
    for (int c = 0; c < count; c++) {
      chunks[2 * c] = Math.min(most, rows - c * most);
    }
    for (long row : at) {
      chunks[2 * (int) (row / most) + 1]++;
    }
    return chunks;
  }
}
