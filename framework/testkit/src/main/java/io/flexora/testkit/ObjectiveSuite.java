package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Objective;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Checks an objective on a few questions with drawn log-likelihoods, in float64, against
 * differences of itself.
 *
 * <p>By default a question has three answers, one of them right. An objective of pairs overrides
 * {@link #choices}.
 *
 * @since 0.1
 */
public abstract class ObjectiveSuite extends ExtensionSuite<Objective> {

  private static final int EXAMPLES = 4;
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-7;
  private static final double EXACT = 1e-12;

  private static final String METHODS =
      """
        def at(self, s: Tensor, segment: Tensor, lengths: Tensor, exists: Tensor, right: Tensor, reference: Tensor, share: Tensor) -> Tensor:
          examples, most = torch.size(exists, 0), torch.size(exists, 1)
          sums = torch.index_add(torch.zeros([examples * (most + 1)], dtype=s.dtype), 0, segment, s)
          choices = torch.reshape(torch.slice(sums, 0, 0, examples * most), [examples, most])
          prompts = torch.slice(sums, 0, examples * most)
          return self.loss_of(s, choices, lengths, exists, right, reference, prompts, torch.select(share, 0, 0))
        def value(self, s: Tensor, segment: Tensor, lengths: Tensor, exists: Tensor, right: Tensor, reference: Tensor, share: Tensor) -> Tensor:
          return torch.detach(self.at(s, segment, lengths, exists, right, reference, share))
        def slope(self, s: Tensor, segment: Tensor, lengths: Tensor, exists: Tensor, right: Tensor, reference: Tensor, share: Tensor) -> Tensor:
          s = torch.detach(s).requires_grad_(True)
          loss = self.at(s, segment, lengths, exists, right, reference, share)
          found = torch.autograd.grad([loss], [s], annotate(List[Optional[Tensor]], [torch.ones_like(loss)]), False, False, True)[0]
          if found is None:
            return torch.zeros_like(s)
          else:
            return found
        def bend(self, s: Tensor, segment: Tensor, lengths: Tensor, exists: Tensor, right: Tensor, reference: Tensor, share: Tensor, u: Tensor) -> Tensor:
          s = torch.detach(s).requires_grad_(True)
          loss = self.at(s, segment, lengths, exists, right, reference, share)
          first = torch.autograd.grad([loss], [s], annotate(List[Optional[Tensor]], [torch.ones_like(loss)]), True, True, True)[0]
          if first is None:
            return torch.zeros_like(s)
          else:
            along = torch.sum(first * u)
            if along.requires_grad:
              second = torch.autograd.grad([along], [s], annotate(List[Optional[Tensor]], [torch.ones_like(along)]), False, False, True)[0]
              if second is None:
                return torch.zeros_like(s)
              else:
                return second
            return torch.zeros_like(s)
      """;

  /** For subclasses. */
  protected ObjectiveSuite() {
    super(Objective.class);
  }

  /** How many answers a question has. */
  protected int choices() {
    return 3;
  }

  /** Questions with what a model says of them. */
  private record Drawn(List<Question> questions, double share) {}

  /** The log-likelihoods of tokens by answer, the last row that of the prompt's. */
  // Bulk data; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  private record Question(double[][] tokens, int right, double[] reference) {

    int answers() {
      return reference.length;
    }

    /** The same without its last wrong answer. */
    Question withFewerAnswers() {
      int out = right == answers() - 1 ? right - 1 : answers() - 1;
      int[] kept = IntStream.rangeClosed(0, answers()).filter(c -> c != out).toArray();
      return new Question(
          Arrays.stream(kept).mapToObj(c -> tokens[c]).toArray(double[][]::new),
          right > out ? right - 1 : right,
          Arrays.stream(kept).filter(c -> c < answers()).mapToDouble(c -> reference[c]).toArray());
    }
  }

  private int compared() {
    return extension().comparesChoices() ? choices() : 1;
  }

  private Drawn drawn() {
    SplittableRandom random = new SplittableRandom(29);
    List<Question> questions = new ArrayList<>();
    double counted = 0;
    for (int e = 0; e < EXAMPLES; e++) {
      double[][] tokens = new double[compared() + 1][];
      for (int c = 0; c < tokens.length; c++) {
        boolean prompt = c == compared();
        int length = prompt && !extension().learnsPrompt() ? 0 : 1 + random.nextInt(4);
        tokens[c] = random.doubles(length, -3, -0.2).toArray();
      }
      int right = random.nextInt(compared());
      counted += tokens[right].length + tokens[compared()].length;
      questions.add(
          new Question(
              tokens,
              right,
              Arrays.stream(tokens)
                  .limit(compared())
                  .mapToDouble(t -> Arrays.stream(t).sum() + random.nextDouble(-1, 1))
                  .toArray()));
    }
    return new Drawn(questions, EXAMPLES / counted);
  }

  /** The objective on an engine of its own. */
  private final class Compiled implements AutoCloseable {

    private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
    private final TorchScript script =
        TorchScript.compile(manager, METHODS + extension().torchScript());

    double[] call(String method, Drawn of, double[] tokens, double[]... more) {
      try (NDManager scope = manager.newSubManager()) {
        Arguments arguments = arguments(scope, of, tokens);
        if (more.length > 0) {
          arguments.with("u", NativeArrays.of(scope, more[0]));
        }
        return Engine.values(script.call(method, arguments).singletonOrThrow());
      }
    }

    private Arguments arguments(NDManager scope, Drawn of, double[] tokens) {
      int most = of.questions().stream().mapToInt(Question::answers).max().orElseThrow();
      int examples = of.questions().size();
      List<Long> segments = new ArrayList<>();
      double[] lengths = filled(examples * most, 1);
      double[] exists = filled(examples * most, Double.NEGATIVE_INFINITY);
      double[] right = filled(examples * most, Double.NEGATIVE_INFINITY);
      double[] reference = new double[examples * most];
      for (int e = 0; e < examples; e++) {
        Question question = of.questions().get(e);
        for (int c = 0; c <= question.answers(); c++) {
          boolean prompt = c == question.answers();
          int at = e * most + c;
          long segment = prompt ? (long) examples * most + e : at;
          for (double unused : question.tokens()[c]) {
            segments.add(segment);
          }
          if (!prompt) {
            lengths[at] = question.tokens()[c].length;
            exists[at] = 0;
            right[at] = c == question.right() ? 0 : Double.NEGATIVE_INFINITY;
            reference[at] = question.reference()[c];
          }
        }
      }
      Shape shape = new Shape(examples, most);
      return new Arguments(scope)
          .with("s", NativeArrays.of(scope, tokens))
          .with(
              "segment",
              NativeArrays.of(scope, segments.stream().mapToLong(Long::longValue).toArray()))
          .with("lengths", NativeArrays.of(scope, lengths, shape))
          .with("exists", NativeArrays.of(scope, exists, shape))
          .with("right", NativeArrays.of(scope, right, shape))
          .with("reference", NativeArrays.of(scope, reference, shape))
          .with("share", NativeArrays.of(scope, new double[] {of.share()}));
    }

    double value(Drawn of, double[] tokens) {
      double[] found = call("value", of, tokens);
      assertThat(found).as("loss of %s: one number", name()).hasSize(1);
      return found[0];
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  private static double[] filled(int size, double value) {
    double[] filled = new double[size];
    Arrays.fill(filled, value);
    return filled;
  }

  private static double[] tokens(Drawn of) {
    return of.questions().stream()
        .flatMap(question -> Arrays.stream(question.tokens()))
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private static double[] moved(double[] tokens, double[] direction, double step) {
    return IntStream.range(0, tokens.length)
        .mapToDouble(i -> tokens[i] + step * direction[i])
        .toArray();
  }

  private static double[] direction(int size) {
    return IntStream.range(0, size).mapToDouble(i -> Math.sin(1.7 * i + 0.3)).toArray();
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  @Test
  void saysWhatItIs() {
    assertThat(extension().description()).as("description of %s", name()).isNotBlank();
    List<String> texts = IntStream.range(0, choices()).mapToObj(c -> "answer " + c).toList();
    assertThat(
            Compatibility.of(
                    extension()::checkCompatibility, new Example("e", "question", texts, 0))
                .first())
        .as("whether %s does without a question of %d answers", name(), choices())
        .isEmpty();
  }

  @Test
  void hasTheGradientOfItsLoss() {
    requireGradient(drawn());
  }

  private void requireGradient(Drawn of) {
    double[] tokens = tokens(of);
    double[] u = direction(tokens.length);
    try (Compiled compiled = new Compiled()) {
      assertThat(compiled.value(of, tokens)).as("loss of %s", name()).isFinite();
      double ahead = compiled.value(of, moved(tokens, u, STEP));
      double behind = compiled.value(of, moved(tokens, u, -STEP));
      assertThat(dot(compiled.call("slope", of, tokens), u))
          .as("derivative of the loss of %s, against a difference of the loss", name())
          .isCloseTo((ahead - behind) / (2 * STEP), within(TOLERANCE));
    }
  }

  @Test
  void canBeDifferentiatedTwice() {
    Drawn of = drawn();
    double[] tokens = tokens(of);
    double[] u = direction(tokens.length);
    try (Compiled compiled = new Compiled()) {
      double[] product = compiled.call("bend", of, tokens, u);
      double[] ahead = compiled.call("slope", of, moved(tokens, u, STEP));
      double[] behind = compiled.call("slope", of, moved(tokens, u, -STEP));
      for (int i = 0; i < product.length; i++) {
        assertThat(product[i])
            .as("product with the Hessian of %s, against a difference of gradients", name())
            .isCloseTo((ahead[i] - behind[i]) / (2 * STEP), within(TOLERANCE));
      }
    }
  }

  @Test
  void isTheMeanOfItsTerms() {
    requireMean(drawn());
  }

  /** Beside one that has more, whose places its batch has for all. */
  @Test
  void judgesAQuestionByTheAnswersThatItHas() {
    assumeTrue(compared() > 2 && takes(choices() - 1), "its questions have as many answers each");
    Drawn of = drawn();
    List<Question> questions = new ArrayList<>(of.questions());
    questions.set(0, questions.get(0).withFewerAnswers());
    Drawn fewer = new Drawn(questions, of.share());
    requireMean(fewer);
    requireGradient(fewer);
  }

  private boolean takes(int answers) {
    List<String> texts = IntStream.range(0, answers).mapToObj(c -> "answer " + c).toList();
    return Compatibility.of(extension()::checkCompatibility, new Example("e", "question", texts, 0))
        .fits();
  }

  private void requireMean(Drawn of) {
    boolean perToken = extension().terms() == Objective.Terms.TOKENS;
    try (Compiled compiled = new Compiled()) {
      double sum = 0;
      double terms = 0;
      for (Question question : of.questions()) {
        Drawn alone = new Drawn(List.of(question), of.share());
        double weight = perToken ? question.tokens()[question.right()].length : 1;
        sum += weight * compiled.value(alone, tokens(alone));
        terms += weight;
      }
      assertThat(compiled.value(of, tokens(of)))
          .as("loss of %s, against the mean of those of its questions", name())
          .isCloseTo(sum / terms, within(EXACT));
    }
  }

  @Test
  void looksAtTheReferenceWhereItSaysSo() {
    Drawn of = drawn();
    Drawn other =
        new Drawn(
            of.questions().stream()
                .map(q -> new Question(q.tokens(), q.right(), shifted(q.reference(), q.right())))
                .toList(),
            of.share());
    try (Compiled compiled = new Compiled()) {
      boolean looks = compiled.value(of, tokens(of)) != compiled.value(other, tokens(of));
      assertThat(looks)
          .as("whether %s looks at the model without adapters", name())
          .isEqualTo(extension().needsReference());
    }
  }

  private static double[] shifted(double[] reference, int right) {
    double[] shifted = reference.clone();
    shifted[right] -= 0.5;
    return shifted;
  }

  @Test
  void lessensWhenTheRightAnswerGetsLikelier() {
    Drawn of = drawn();
    double[] tokens = tokens(of);
    double[] towards = new double[tokens.length];
    int at = 0;
    for (Question question : of.questions()) {
      for (int c = 0; c < question.tokens().length; c++) {
        for (double unused : question.tokens()[c]) {
          towards[at++] = c == question.right() ? 1 : 0;
        }
      }
    }
    try (Compiled compiled = new Compiled()) {
      assertThat(dot(compiled.call("slope", of, tokens), towards))
          .as("derivative of the loss of %s as right answers get likelier", name())
          .isNegative();
    }
  }
}
