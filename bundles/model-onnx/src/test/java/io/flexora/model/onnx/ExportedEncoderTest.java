package io.flexora.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.huggingface.translator.TextClassificationTranslatorFactory;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exports the published model bge-small-en-v1.5 with adapters, and computes the exported file. */
class ExportedEncoderTest {
  private static final int CLASSES = 5;
  private static final List<String> NAMES = List.of("a", "b \"c\"", "d", "é", "e f");
  private static final AdapterPlan PLAN =
      Models.plan(List.of(3, 9), List.of("query", "value"), 4, CLASSES);
  // About as large as the weights of the model, so that a lost adapter changes the scores.
  private static final double ADAPTER = 0.1;
  private static final double HEAD = 0.5;

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void anExportedEncoderPredictsTheSame(Pooling pooling, @TempDir Path folder) throws Exception {
    List<String> read = new ArrayList<>(texts());
    // Longer than the model takes.
    read.add("a dog runs to the café ".repeat(40));
    List<Tokens> texts = Models.tokens(Models.encoder(pooling), read, CLASSES);
    double[][] expected = trainAndExport(pooling, texts, folder);
    if (pooling == Pooling.CLS) {
      // Adapters are exported the same way whatever the pooling is.
      requireThatEachAdapterMatters(texts, expected);
      requireThatDjlReadsItAsAClassifier(folder, read, expected);
    }
    OnnxBackend exported = Models.file(folder.resolve("model.onnx"));

    double[][] together = exportedScores(exported, List.of(texts));
    double[][] alone = exportedScores(exported, texts.stream().map(List::of).toList());

    assertThat(Arrays.stream(expected).map(ExportedEncoderTest::best).distinct())
        .hasSizeGreaterThan(1);
    for (int text = 0; text < expected.length; text++) {
      assertThat(together[text]).containsExactly(expected[text], within(1e-4));
      assertThat(alone[text]).containsExactly(expected[text], within(1e-4));
      assertThat(best(together[text])).isEqualTo(best(expected[text]));
    }
  }

  private static void requireThatDjlReadsItAsAClassifier(
      Path folder, List<String> read, double[][] expected) throws Exception {
    Criteria<String, Classifications> criteria =
        Criteria.builder()
            .setTypes(String.class, Classifications.class)
            .optModelPath(folder)
            .optEngine("OnnxRuntime")
            .optTranslatorFactory(new TextClassificationTranslatorFactory())
            .build();
    try (ZooModel<String, Classifications> model = criteria.loadModel();
        Predictor<String, Classifications> predictor = model.newPredictor()) {
      List<Classifications> together = predictor.batchPredict(read);
      for (int text = 0; text < expected.length; text++) {
        Classifications alone = predictor.predict(read.get(text));
        double sum = Arrays.stream(expected[text]).map(Math::exp).sum();
        for (int c = 0; c < CLASSES; c++) {
          double probability = Math.exp(expected[text][c]) / sum;
          assertThat(alone.get(NAMES.get(c)).getProbability()).isCloseTo(probability, within(1e-4));
          assertThat(together.get(text).get(NAMES.get(c)).getProbability())
              .isCloseTo(probability, within(1e-4));
        }
      }
    }
  }

  /** Exports and returns what PyTorch scores. */
  private static double[][] trainAndExport(Pooling pooling, List<Tokens> texts, Path folder)
      throws IOException {
    try (BaseModel model = Models.encoder(pooling).load();
        AdaptedModel adapted = model.adapt(PLAN);
        NDManager scope = model.manager().newSubManager()) {
      float[] theta = theta(adapted.parameters().slices());
      double[][] scores = scores(adapted, texts, scope.create(theta));
      adapted
          .ability(ModelExporter.class)
          .orElseThrow()
          .export("onnx", scope.create(theta), NAMES, folder);
      return scores;
    }
  }

  private static void requireThatEachAdapterMatters(List<Tokens> texts, double[][] scores)
      throws IOException {
    try (BaseModel model = Models.encoder(Pooling.CLS).load();
        AdaptedModel adapted = model.adapt(PLAN);
        NDManager scope = model.manager().newSubManager()) {
      float[] theta = theta(adapted.parameters().slices());
      for (Slice slice : adapted.parameters().slices()) {
        float[] without = theta.clone();
        int start = Math.toIntExact(slice.offset());
        Arrays.fill(without, start, start + Math.toIntExact(slice.size()), 0);
        double[][] changed = scores(adapted, texts, scope.create(without));
        assertThat(distance(scores, changed)).as(slice.tensorName()).isGreaterThan(1e-2);
      }
    }
  }

  private static double[][] exportedScores(ModelBackend backend, List<List<Tokens>> batches)
      throws IOException {
    try (BaseModel model = backend.load();
        AdaptedModel adapted = model.adapt(Models.plan(List.of(), CLASSES));
        NDManager scope = model.manager().newSubManager()) {
      NDArray nothing = scope.create(new float[0], new Shape(0));
      return batches.stream()
          .flatMap(texts -> Arrays.stream(scores(adapted, texts, nothing)))
          .toArray(double[][]::new);
    }
  }

  private static double[][] scores(AdaptedModel adapted, List<Tokens> texts, NDArray theta) {
    try (NDManager scope = theta.getManager().newSubManager()) {
      return adapted.scores(scope, adapted.batch(scope, texts), Point.of(theta));
    }
  }

  private static float[] theta(List<Slice> slices) {
    SplittableRandom random = new SplittableRandom(11);
    float[] theta = new float[Math.toIntExact(slices.stream().mapToLong(Slice::size).sum())];
    for (Slice slice : slices) {
      double size = slice.layer().isPresent() ? ADAPTER : HEAD;
      for (int i = 0; i < slice.size(); i++) {
        theta[Math.toIntExact(slice.offset()) + i] = (float) random.nextDouble(-size, size);
      }
    }
    return theta;
  }

  /** Texts of 1 to 34 words, which together are padded much. */
  private static List<String> texts() {
    SplittableRandom random = new SplittableRandom(7);
    List<String> words = List.of("a", "dog", "runs", "café", "theory", "of", "green", "1984", "to");
    return IntStream.rangeClosed(0, 11)
        .mapToObj(n -> random.ints(1 + 3 * n, 0, words.size()).mapToObj(words::get).toList())
        .map(text -> String.join(" ", text))
        .toList();
  }

  private static int best(double[] scores) {
    return IntStream.range(0, scores.length)
        .reduce((a, b) -> scores[b] > scores[a] ? b : a)
        .orElseThrow();
  }

  private static double distance(double[][] a, double[][] b) {
    return IntStream.range(0, a.length)
        .boxed()
        .flatMapToDouble(
            i -> IntStream.range(0, CLASSES).mapToDouble(c -> Math.abs(a[i][c] - b[i][c])))
        .max()
        .orElseThrow();
  }
}
