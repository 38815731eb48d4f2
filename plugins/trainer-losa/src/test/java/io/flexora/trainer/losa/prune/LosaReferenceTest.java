package io.flexora.trainer.losa.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.model.decoder.DecoderFamilies;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.model.ReferenceLlama;
import io.flexora.trainer.losa.prune.PruningOptions.Criterion;
import io.flexora.trainer.losa.prune.PruningOptions.RankedGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares with losa.json of the folder {@code flexora.reference}: another implementation's
 * (PyTorch).
 */
class LosaReferenceTest {

  private static final double TOLERANCE = 1e-9;
  private static final double EXACT = 1e-12;
  private static final List<String> ADAPTED = List.of("q_proj", "v_proj");

  private static JsonNode reference;
  private static BaseModel model;
  private static List<Tokens> rows;

  @BeforeAll
  static void load() throws IOException {
    reference = ReferenceLlama.read("losa.json");
    model = ReferenceLlama.load(new DecoderFamilies());
    rows = new ArrayList<>();
    for (JsonNode row : reference.get("input_ids")) {
      int[] ids = new int[row.size()];
      Arrays.setAll(ids, i -> row.get(i).asInt());
      rows.add(CalibrationRows.row(rows.size(), ids));
    }
  }

  @AfterAll
  static void close() {
    if (model != null) {
      model.close();
    }
  }

  private static PruningOptions options(Criterion method, RankedGroup group) {
    return new PruningOptions(method, 0.5, group, Optional.empty(), List.of(), 8, 10, 3);
  }

  private static Pruner pruner(Criterion method, RankedGroup group) {
    return new Pruner(model, options(method, group), rows, (LayerwiseModel) model);
  }

  private static MergedMatrices untouched(NDManager scope) {
    AdapterPlan plan = new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.NONE);
    try (AdaptedModel bare = model.adapt(plan)) {
      NDArray theta = scope.create(new double[0]);
      return new MergedMatrices((FrozenMatrices) model, Map.of(), plan, bare.parameters(), theta);
    }
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> array.get(i).asDouble());
    return values;
  }

  private static void assertClose(double[] found, double[] expected) {
    assertThat(found).containsExactly(expected, within(TOLERANCE));
  }

  @Test
  void similaritiesAndImportances() {
    try (NDManager scope = model.manager().newSubManager()) {
      double[][] cka =
          Similarity.cka(pruner(Criterion.WANDA, RankedGroup.ROW).inputProducts(untouched(scope)));
      for (int i = 0; i < cka.length; i++) {
        assertClose(cka[i], doubles(reference.get("cka").get(i)));
      }
      assertClose(Similarity.importances(cka), doubles(reference.get("importance_beta_1")));
    }
  }

  @Test
  void schedule() {
    double[] importances = doubles(reference.get("importance_beta_1"));
    reference
        .get("schedule")
        .properties()
        .forEach(
            of -> {
              SparsitySchedule schedule =
                  new SparsitySchedule(Double.parseDouble(of.getKey()), of.getValue().size());
              for (int t = 1; t <= of.getValue().size(); t++) {
                JsonNode expected = of.getValue().get(t - 1);
                double average = schedule.average(t);
                double tolerance = SparsitySchedule.tolerance(average);
                assertThat(average).isCloseTo(expected.get("rho_t").asDouble(), within(1e-15));
                assertThat(tolerance).isEqualTo(expected.get("delta").asDouble());
                assertThat(SparsitySchedule.byLayer(importances, average, tolerance))
                    .containsExactly(doubles(expected.get("sparsities")), within(1e-15));
              }
            });
  }

  @Test
  void masksOfEachMethodInTheUnprunedModel() {
    for (Map.Entry<String, Pruner> method :
        Map.of(
                "wanda", pruner(Criterion.WANDA, RankedGroup.ROW),
                "magnitude_by_row", pruner(Criterion.MAGNITUDE, RankedGroup.ROW),
                "magnitude_by_matrix", pruner(Criterion.MAGNITUDE, RankedGroup.MATRIX))
            .entrySet()) {
      for (int layer : new int[] {0, 2}) {
        try (NDManager scope = model.manager().newSubManager()) {
          double[] only = new double[3];
          only[layer] = 0.5;
          SparseMatrix found =
              method.getValue().prune(scope, untouched(scope), only).matrices().get(7 * layer);
          assertThat(found.site().path()).endsWith(layer + ".self_attn.q_proj");
          JsonNode expected =
              reference.get("masks_q_proj").get(String.valueOf(layer)).get(method.getKey());
          assertMask(found, expected);
          assertThat(keptByRow(found)).isEqualTo(doubles(expected.get("kept_per_row")));
        }
      }
    }
  }

  private static boolean[] kept(SparseMatrix matrix) {
    return matrix.kept().toBooleanArray();
  }

  private static double[] keptByRow(SparseMatrix matrix) {
    int width = matrix.site().module().inputs();
    boolean[] kept = kept(matrix);
    double[] counts = new double[kept.length / width];
    for (int i = 0; i < kept.length; i++) {
      counts[i / width] += kept[i] ? 1 : 0;
    }
    return counts;
  }

  private static void assertMask(SparseMatrix found, JsonNode expected) {
    boolean[] kept = kept(found);
    long sum = 0;
    List<Double> first = new ArrayList<>();
    for (int i = 0; i < kept.length; i++) {
      sum += kept[i] ? 0 : i;
      if (!kept[i] && i < found.site().module().inputs()) {
        first.add((double) i);
      }
    }
    assertThat(sum).isEqualTo(expected.get("sum_of_pruned_flat_indices").asLong());
    assertThat(first.stream().mapToDouble(Double::doubleValue).toArray())
        .isEqualTo(doubles(expected.get("pruned_of_row_0")));
  }

  private static Pruner.PruningOutcome pruned(NDManager scope) {
    return pruner(Criterion.WANDA, RankedGroup.ROW)
        .prune(scope, untouched(scope), new double[] {0.5, 0.5, 0.5});
  }

  @Test
  void prunesLayerByLayer() {
    try (NDManager scope = model.manager().newSubManager()) {
      Pruner.PruningOutcome found = pruned(scope);
      JsonNode expected = reference.get("pruned");
      assertThat(found.matrices()).hasSize(expected.get("masks").size());
      for (int i = 0; i < found.matrices().size(); i++) {
        SparseMatrix matrix = found.matrices().get(i);
        JsonNode mask = expected.get("masks").get(i);
        assertThat(matrix.site().layer()).isEqualTo(mask.get("layer").asInt());
        assertThat(matrix.site().module().name()).isEqualTo(mask.get("module").asText());
        assertMask(matrix, mask);
        assertThat(keptByRow(matrix)).containsOnly(mask.get("kept_per_row").asDouble());
      }
      double[] errors = found.errors().stream().mapToDouble(Double::doubleValue).toArray();
      assertClose(errors, doubles(expected.get("errors")));
      reference
          .get("ranks")
          .properties()
          .forEach(
              of ->
                  assertThat(LayerRanks.of(errors, Integer.parseInt(of.getKey()), 16))
                      .containsExactly(
                          Arrays.stream(doubles(of.getValue())).mapToInt(r -> (int) r).toArray()));
      AdapterPlan nothing = new AdapterPlan(new NoAdapter(), List.of(), List.of(), Head.NONE);
      try (BaseModel sparse = ((PrunableModel) model).pruned(found.matrices());
          AdaptedModel bare = sparse.adapt(nothing);
          AdaptedModel dense = model.adapt(nothing)) {
        Point point = Point.of(scope.create(new double[0]));
        assertThat(bare.loss(scope, bare.batch(scope, rows), point))
            .isCloseTo(expected.get("loss").asDouble(), within(EXACT));
        assertThat(dense.loss(scope, dense.batch(scope, rows), point))
            .isCloseTo(expected.get("dense_loss").asDouble(), within(EXACT));
      }
    }
  }

  @Test
  void maskedLora() {
    assertMasked("masked_lora", 8, new int[] {8, 8, 8});
    JsonNode ranks = reference.get("masked_lora_cut").get("ranks");
    assertMasked(
        "masked_lora_cut", 16, Arrays.stream(doubles(ranks)).mapToInt(r -> (int) r).toArray());
  }

  /** Components beyond a layer's rank are zero, so that they add nothing and have no gradient. */
  private static void assertMasked(String key, int rank, int[] ranks) {
    AdapterPlan plan = new AdapterPlan(Decoder.lora(rank), List.of(0, 1, 2), ADAPTED, Head.NONE);
    try (NDManager scope = model.manager().newSubManager();
        BaseModel sparse = ((PrunableModel) model).pruned(pruned(scope).matrices());
        AdaptedModel adapted = sparse.adapt(plan)) {
      double[] theta = Decoder.theta(adapted.parameters(), ADAPTED, 0.3, 0.2);
      cut(adapted, theta, ranks);
      LossGradient found =
          adapted.lossGradient(scope, adapted.batch(scope, rows), Point.of(scope.create(theta)));
      JsonNode expected = reference.get(key);
      assertThat(found.loss()).isCloseTo(expected.get("loss").asDouble(), within(EXACT));
      double[] gradient = ArrayValues.of(found.theta());
      double[] norms =
          adapted.parameters().slices().stream()
              .mapToDouble(
                  slice -> {
                    double squares = 0;
                    for (long i = slice.offset(); i < slice.offset() + slice.size(); i++) {
                      squares += gradient[(int) i] * gradient[(int) i];
                    }
                    return Math.sqrt(squares);
                  })
              .toArray();
      assertThat(norms).containsExactly(doubles(expected.get("gradient_norms")), within(EXACT));
    }
  }

  private static void cut(AdaptedModel adapted, double[] theta, int[] ranks) {
    for (Slice slice : adapted.parameters().slices()) {
      Slice.Adapter of = (Slice.Adapter) slice.owner();
      boolean isA = of.parameter().name().equals("A");
      int columns = (int) slice.shape().get(1);
      for (int i = 0; i < slice.size(); i++) {
        int component = isA ? i / columns : i % columns;
        if (component >= ranks[of.layer()]) {
          theta[(int) slice.offset() + i] = 0;
        }
      }
    }
  }
}
