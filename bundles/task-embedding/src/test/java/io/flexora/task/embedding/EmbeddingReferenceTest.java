package io.flexora.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.model.encoder.EncoderBackend;
import io.flexora.model.encoder.EncoderOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.task.embedding.EmbeddingOptions.Loss;
import io.flexora.task.embedding.EmbeddingOptions.Pooling;
import io.flexora.testkit.host.Extensions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The losses of a random BERT, their gradients in a LoRA, and metrics of retrieval, as PyTorch,
 * sentence-transformers and pytrec_eval compute them.
 */
class EmbeddingReferenceTest {

  private static final int RANK = 8;

  @TempDir static Path folder;
  private static JsonNode reference;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream model = EmbeddingReferenceTest.class.getResourceAsStream("bert.onnx");
        InputStream tokenizer = EmbeddingReferenceTest.class.getResourceAsStream("tokenizer.json");
        InputStream numbers = EmbeddingReferenceTest.class.getResourceAsStream("reference.json")) {
      Files.copy(model, folder.resolve("bert.onnx"));
      Files.copy(tokenizer, folder.resolve("tokenizer.json"));
      reference = new ObjectMapper().readTree(numbers);
    }
  }

  private static List<Tokens> batch(int texts) {
    return IntStream.range(0, reference.get("scores").size())
        .mapToObj(
            row -> {
              List<Tokens.Text> read =
                  IntStream.range(0, texts)
                      .mapToObj(
                          text -> new Tokens.Text(ids(reference.get("ids").get(text).get(row))))
                      .toList();
              double score = reference.get("scores").get(row).asDouble();
              List<String> negatives = texts == 3 ? List.of("negative") : List.of();
              Example example =
                  Example.measured(
                      "row " + row,
                      "query",
                      new Target.Passages("positive", negatives, OptionalDouble.of(score)));
              return new Tokens(example, read, List.of(), 0);
            })
        .toList();
  }

  private static int[] ids(JsonNode of) {
    return StreamSupport.stream(of.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  /** The arrays of the reference: A of query and value first, with its B behind it. */
  private static double[] theta(AdaptedModel model) {
    double[] theta = new double[Math.toIntExact(model.parameters().size())];
    for (Slice slice : model.parameters().slices()) {
      int layer = slice.layer().orElseThrow();
      double module = slice.tensorName().contains("value") ? 1 : 0;
      boolean first = slice.tensorName().contains("lora_A");
      int columns = Math.toIntExact(slice.shape().get(1));
      for (int at = 0; at < slice.size(); at++) {
        int row = at / columns;
        int column = at % columns;
        theta[Math.toIntExact(slice.offset()) + at] =
            first
                ? 0.3 * Math.sin(0.37 * (row + 1) * (column + 1) + layer + 0.5 * module)
                : 0.2 * Math.cos(0.11 * (row + 1) + 0.7 * column + layer - module);
      }
    }
    return theta;
  }

  @ParameterizedTest
  @CsvSource({
    "multiple_negatives_ranking, MULTIPLE_NEGATIVES_RANKING, 2, false",
    "multiple_negatives_ranking_hard, MULTIPLE_NEGATIVES_RANKING, 3, false",
    "cosent, COSENT, 2, false",
    "cosine_similarity, COSINE, 2, false",
    "matryoshka, MULTIPLE_NEGATIVES_RANKING, 2, true"
  })
  void lossesAndGradientsAreThoseOfSentenceTransformers(
      String name, Loss loss, int texts, boolean matryoshka) throws IOException {
    List<Integer> dims =
        matryoshka
            ? IntStream.of(ids(reference.get("matryoshka_dims"))).boxed().toList()
            : List.of();
    EmbeddingHead head = new EmbeddingHead(texts, loss, 20, dims, Pooling.MEAN, false);
    JsonNode expected = reference.get("losses").get(name);
    requireClose(head, expected, "float64", 1e-9);
    requireClose(head, expected, "float32", 1e-4);
  }

  private static void requireClose(
      EmbeddingHead head, JsonNode expected, String type, double tolerance) throws IOException {
    String options =
        "{source: '%s', max_tokens: 48, compute_dtype: %s}"
            .formatted(folder.resolve("bert.onnx"), type);
    LoraAdapter lora =
        Extensions.of(LoraAdapter.class, new LoraOptions(RANK, 16, 0, false, List.of()));
    try (BaseModel base =
            Extensions.of(EncoderBackend.class, EncoderOptions.class, options).load();
        AdaptedModel model =
            base.adapt(new AdapterPlan(lora, List.of(0, 1, 2), List.of("query", "value"), head));
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta =
          NativeArrays.of(scope, theta(model))
              .toType(model.initialTheta(scope, new Seeds(1)).getDataType(), false);
      var batch = model.batch(scope, batch(head.texts()));
      double without = model.loss(scope, batch, Point.of(theta.zerosLike()));
      LossGradient found = model.lossGradient(scope, batch, Point.of(theta));
      double[] gradient = found.theta().toType(DataType.FLOAT64, false).toDoubleArray();
      List<Double> norms = new ArrayList<>();
      for (Slice slice : model.parameters().slices()) {
        double squares = 0;
        for (int i = 0; i < slice.size(); i++) {
          squares += Math.pow(gradient[Math.toIntExact(slice.offset()) + i], 2);
        }
        norms.add(Math.sqrt(squares));
      }
      assertThat(without).as(type).isCloseTo(expected.get("loss").asDouble(), within(tolerance));
      assertThat(found.loss())
          .as(type)
          .isCloseTo(expected.get("lora_loss").asDouble(), within(tolerance));
      for (int i = 0; i < norms.size(); i++) {
        double norm = expected.get("lora_gradient_norms").get(i).asDouble();
        assertThat(norms.get(i))
            .as("%s, norm %d", type, i)
            .isCloseTo(norm, within(tolerance * Math.max(1, norm)));
      }
    }
  }

  @Test
  void pairsOfTextsAreCutAndReadAsTransformersDoes() throws IOException {
    for (JsonNode pair : reference.get("pairs")) {
      try (Tokenizer tokenizer = backend("cls", pair.get("max").asInt()).tokenizer()) {
        Tokens.Text text = tokens(tokenizer, pair).texts().get(0);
        assertThat(text.ids()).as(pair.toString()).containsExactly(ids(pair.get("ids")));
        assertThat(text.second())
            .as(pair.toString())
            .isEqualTo(text.ids().length - IntStream.of(ids(pair.get("types"))).sum());
      }
    }
    for (String pooling : List.of("cls", "mean")) {
      ModelBackend backend = backend(pooling, 48);
      try (BaseModel model = backend.load();
          Tokenizer tokenizer = backend.tokenizer();
          NDManager scope = model.manager().newSubManager()) {
        double[] found =
            model
                .require(TextEmbedder.class, "the test")
                .embed(scope, List.of(tokens(tokenizer, reference.get("pairs").get(0))))
                .toDoubleArray();
        JsonNode expected = reference.get("pair_embedding_" + pooling);
        assertThat(found).hasSize(expected.size());
        for (int i = 0; i < found.length; i++) {
          assertThat(found[i]).isCloseTo(expected.get(i).asDouble(), within(1e-9));
        }
      }
    }
  }

  private static ModelBackend backend(String pooling, int maxTokens) {
    String options =
        "{source: '%s', tokenizer: '%s', max_tokens: %d, compute_dtype: float64, pooling: %s}"
            .formatted(
                folder.resolve("bert.onnx"), folder.resolve("tokenizer.json"), maxTokens, pooling);
    return Extensions.of(EncoderBackend.class, EncoderOptions.class, options);
  }

  private static Tokens tokens(Tokenizer tokenizer, JsonNode pair) {
    Example example =
        new Example("pair", pair.get("first").asText(), List.of("no", "yes"), 0)
            .withSecond(Optional.of(pair.get("second").asText()));
    return tokenizer.tokens(example, Head.classes(2));
  }

  private static List<Double> vector(int index) {
    return StreamSupport.stream(
            reference.get("evaluation").get("embeddings").get(index).spliterator(), false)
        .map(JsonNode::asDouble)
        .toList();
  }

  /**
   * A row of vectors; texts stand in the order of their numbers, as documents of equal cosine do.
   */
  private static ScoredExample row(int query, int document, double score) {
    String id = query + "-" + document;
    Example example =
        Example.measured(
            id,
            text(query),
            new Target.Passages(text(document), List.of(), OptionalDouble.of(score)));
    return new ScoredExample(
        example,
        new Prediction(id, new Answer.Vectors(List.of(vector(query), vector(document)))),
        List.of());
  }

  private static String text(int index) {
    return "text %02d".formatted(index);
  }

  @Test
  void retrievalIsThatOfTrecEval() {
    JsonNode expected = reference.get("evaluation");
    List<ScoredExample> rows = new ArrayList<>();
    for (int query : ids(expected.get("queries"))) {
      JsonNode relevance = expected.get("relevance").get(Integer.toString(query));
      for (int document : ids(expected.get("documents"))) {
        JsonNode gain = relevance.get(Integer.toString(document));
        rows.add(row(query, document, gain == null ? 0 : gain.asDouble()));
      }
    }
    Map<String, Double> found = new TreeMap<>();
    for (int k : new int[] {10, 5}) {
      new RetrievalMetric(new RetrievalMetric.Options(k))
          .compute(new ScoredExamples(rows))
          .forEach(
              result -> {
                found.put(result.value().name(), result.value().value());
                assertThat(result.examples().stream().mapToDouble(v -> v).average().orElseThrow())
                    .isCloseTo(result.value().value(), within(1e-12));
              });
    }
    for (String name : List.of("ndcg_at_10", "mrr_at_10", "recall_at_5", "map")) {
      assertThat(found.get(name))
          .as(name)
          .isCloseTo(expected.get("mean").get(name).asDouble(), within(1e-12));
    }
  }

  @Test
  void correlationsAreThoseOfSciPy() {
    JsonNode sts = reference.get("evaluation").get("sts");
    List<ScoredExample> rows =
        IntStream.range(0, sts.get("gold").size())
            .mapToObj(
                i ->
                    row(
                        sts.get("pairs").get(i).get(0).asInt(),
                        sts.get("pairs").get(i).get(1).asInt(),
                        sts.get("gold").get(i).asDouble()))
            .toList();
    assertThat(value(new CosineCorrelation.Spearman(), rows))
        .isCloseTo(sts.get("spearman_of_cosine").asDouble(), within(1e-12));
    assertThat(value(new CosineCorrelation.Pearson(), rows))
        .isCloseTo(sts.get("pearson_of_cosine").asDouble(), within(1e-12));
  }

  private static double value(Metric metric, List<ScoredExample> rows) {
    return metric.compute(new ScoredExamples(rows)).get(0).value().value();
  }
}
