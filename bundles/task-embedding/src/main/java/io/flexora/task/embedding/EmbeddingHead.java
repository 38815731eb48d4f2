package io.flexora.task.embedding;

import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.run.Compatibility;
import io.flexora.task.embedding.EmbeddingOptions.Loss;
import io.flexora.task.embedding.EmbeddingOptions.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A vector of each text, without arrays of its own: the texts of a training example are a query, a
 * positive and its negatives. The losses are those of sentence-transformers.
 *
 * @param texts the number of texts of a training example
 * @param loss the loss
 * @param scale the factor of cosines
 * @param dims the lengths to which vectors may be cut; empty for the whole length alone
 * @param pooling the pooling of a text
 * @param normalize whether vectors have length 1
 */
record EmbeddingHead(
    int texts, Loss loss, double scale, List<Integer> dims, Pooling pooling, boolean normalize)
    implements Head {

  private static final String KIND = "vectors";
  private static final String TEXTS = "texts";
  private static final String LOSS = "loss";
  private static final String SCALE = "scale";
  private static final String DIMS = "matryoshka_dims";
  private static final String POOLING = "pooling";
  private static final String NORMALIZE = "normalize";

  /** Copies the list. */
  EmbeddingHead {
    dims = List.copyOf(dims);
  }

  /** The head that learns as the options say. */
  static EmbeddingHead of(EmbeddingOptions options) {
    return new EmbeddingHead(
        2 + options.negatives().size(),
        options.loss(),
        options.scale(),
        options.matryoshkaDims(),
        options.pooling(),
        options.normalize());
  }

  /**
   * Makes it again.
   *
   * @throws io.flexora.api.run.FlexoraException if it was a head of another kind
   */
  static EmbeddingHead of(Head.Saved saved) {
    Map<String, String> settings = saved.require(KIND, "embedding").settings();
    return new EmbeddingHead(
        Integer.parseInt(settings.get(TEXTS)),
        Loss.valueOf(settings.get(LOSS).toUpperCase(Locale.ROOT)),
        Double.parseDouble(settings.get(SCALE)),
        Stream.of(settings.get(DIMS).split(" "))
            .filter(dim -> !dim.isEmpty())
            .map(Integer::valueOf)
            .toList(),
        Pooling.valueOf(settings.get(POOLING).toUpperCase(Locale.ROOT)),
        Boolean.parseBoolean(settings.get(NORMALIZE)));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Head.Input input() {
    return pooling.input();
  }

  @Override
  public List<String> texts(Example example) {
    return Embedded.texts(example);
  }

  @Override
  public Map<String, Shape> arrays(int hidden) {
    return Map.of();
  }

  /** Cosines are taken of vectors that are divided by their lengths, of at least 1e-12. */
  @Override
  public String torchScript() {
    String cut = "self.vector_loss(torch.slice(y, 1, 0, %d), target)";
    String sum =
        dims.isEmpty()
            ? "self.vector_loss(y, target)"
            : dims.stream().map(cut::formatted).collect(joining(" + "));
    return Head.methods(
            "    return x",
            "    return " + sum,
            normalize ? "    return self.unit(y)" : "    return y")
        + """

          def unit(self, y: Tensor) -> Tensor:
            return y / torch.clamp_min(torch.norm(y, 2, [-1], True), 1e-12)

          def vector_loss(self, y: Tensor, target: Tensor) -> Tensor:
            unit = torch.reshape(self.unit(y), [-1, %1$d, torch.size(y, 1)])
            query = torch.select(unit, 1, 0)
            positive = torch.select(unit, 1, 1)
            score = torch.type_as(torch.select(torch.reshape(target, [-1, %1$d]), 1, 0), y)
        %2$s"""
            .formatted(texts, ofUnits());
  }

  private String ofUnits() {
    return switch (loss) {
      case MULTIPLE_NEGATIVES_RANKING ->
          """
              others = torch.reshape(torch.transpose(torch.slice(unit, 1, 1), 0, 1), [-1, torch.size(unit, 2)])
              scores = torch.matmul(query, torch.transpose(others, 0, 1)) * %s
              return torch.mean(torch.logsumexp(scores, [1]) - torch.diagonal(scores))
          """
              .formatted(scale);
      case COSENT ->
          """
              cosine = torch.sum(query * positive, [1]) * %s
              differences = torch.unsqueeze(cosine, 1) - torch.unsqueeze(cosine, 0)
              ordered = torch.lt(torch.unsqueeze(score, 1), torch.unsqueeze(score, 0))
              zero = torch.zeros_like(torch.slice(cosine, 0, 0, 1))
              return torch.logsumexp(torch.cat([zero, torch.masked_select(differences, ordered)]), [0])
          """
              .formatted(scale);
      case COSINE ->
          """
              difference = torch.sum(query * positive, [1]) - score
              return torch.mean(difference * difference)
          """;
    };
  }

  /** The score of the pair at each of its texts, 0 where there is none. */
  @Override
  public double[] target(Example example) {
    double[] target = new double[texts(example).size()];
    Arrays.fill(target, Embedded.score(example).orElse(0));
    return target;
  }

  @Override
  public void checkCompatibility(Example example, Compatibility found) {
    if (texts(example).size() != texts) {
      found.refuse("has %d texts, not %d".formatted(texts(example).size(), texts));
    } else if (loss.learnsScores() && Embedded.score(example).isEmpty()) {
      found.refuse(
          LOSS,
          "has no score, which the loss %s learns; name its field in 'score'"
              .formatted(word(loss)));
    }
  }

  @Override
  public boolean comparesExamples() {
    return loss != Loss.COSINE;
  }

  @Override
  public Class<Answer.Vectors> answers() {
    return Answer.Vectors.class;
  }

  @Override
  public Answer answer(Example example, double[] scores) {
    int read = texts(example).size();
    int width = scores.length / read;
    return new Answer.Vectors(
        IntStream.range(0, read)
            .mapToObj(
                text -> Arrays.stream(scores, text * width, (text + 1) * width).boxed().toList())
            .toList());
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        TEXTS,
        Integer.toString(texts),
        LOSS,
        word(loss),
        SCALE,
        Double.toString(scale),
        DIMS,
        dims.stream().map(Object::toString).collect(joining(" ")),
        POOLING,
        word(pooling),
        NORMALIZE,
        Boolean.toString(normalize));
  }

  private static String word(Enum<?> option) {
    return option.name().toLowerCase(Locale.ROOT);
  }
}
