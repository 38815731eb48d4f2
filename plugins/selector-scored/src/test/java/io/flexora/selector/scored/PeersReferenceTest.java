package io.flexora.selector.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.model.decoder.DecoderFamilies;
import io.flexora.selector.scored.CkaOptions.Change;
import io.flexora.selector.scored.CkaOptions.Position;
import io.flexora.selector.scored.GoraOptions.FeaturesFunc;
import io.flexora.selector.scored.OwsOptions.LayerChoice;
import io.flexora.testkit.fixture.model.ReferenceLlama;
import io.flexora.testkit.fixture.problem.SolverReference;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares with selectors.json of the folder {@code flexora.reference}: another implementation's
 * (PyTorch).
 */
class PeersReferenceTest {

  private static final double TOLERANCE = 1e-9;
  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  /** The numbers of a matrix of each module. */
  private static final List<Integer> SIZES = List.of(32 * 32, 16 * 32);

  private static JsonNode published;
  private static BaseModel model;

  @BeforeAll
  static void load() throws IOException {
    published = ReferenceLlama.read("selectors.json");
    model = ReferenceLlama.load(new DecoderFamilies());
  }

  @AfterAll
  static void close() {
    if (model != null) {
      model.close();
    }
  }

  private static Selection select(Selector selector, int rows) {
    try (NDManager manager = model.manager().newSubManager()) {
      return selector.select(
          new Decoder(manager, model, Decoder.rows(published.get("rows")).subList(0, rows)));
    }
  }

  private static void assertScores(List<Double> found, String pointer) {
    assertScores(found, SolverReference.numbers(published.at(pointer)), pointer);
  }

  private static void assertScores(List<Double> found, double[] expected, String what) {
    assertThat(found.stream().mapToDouble(Double::doubleValue).toArray())
        .as(what)
        .containsExactly(expected, within(TOLERANCE));
  }

  private static List<Double> cka(Change change) {
    Selection found =
        select(
            new CkaSelector(
                new CkaOptions("1", change, 128, Optional.of(Position.LAST)), new Seeds(1)),
            16);
    assertThat(found.layers()).containsExactly(0);
    return found.scores().get("cka");
  }

  @Test
  void changesOfTheHiddenStates() {
    assertScores(cka(Change.DEBIASED), "/cka/debiased/importance");
    assertScores(cka(Change.BIASED), "/cka/biased/importance");
    assertScores(cka(Change.ANGULAR), "/angular/last_token");
  }

  private static List<Double> ows(double ratio, LayerChoice choice) {
    return select(
            new OwsSelector(
                new OwsOptions("1", ratio, choice, Optional.empty(), 128), new Seeds(1)),
            16)
        .scores()
        .get("ows");
  }

  @Test
  void sharesOfOutliers() {
    assertScores(ows(5, LayerChoice.HIGHEST), "/ows/M=5/probabilities");
    assertScores(ows(4, LayerChoice.HIGHEST), "/ows/M=4/probabilities");
    assertScores(ows(3, LayerChoice.HIGHEST), "/ows/M=3/probabilities");
    assertScores(ows(13, LayerChoice.DRAWN), "/ows/M=13/probabilities");
    assertScores(ows(13, LayerChoice.HIGHEST), "/ows/M=13/probabilities");
  }

  private static List<Double> aletheia(int together, boolean normalise) {
    AletheiaOptions options = new AletheiaOptions("1", 5, together, normalise);
    Selection found = select(new AletheiaSelector(options, new Seeds(1)), 5);
    assertThat(found.layers()).containsExactly(0);
    return found.scores().get("aletheia");
  }

  @Test
  void lengthsOfGradientsHoweverManyLayersAreTakenTogether() {
    assertScores(aletheia(8, false), "/aletheia/q_and_v");
    assertScores(aletheia(2, false), "/aletheia/q_and_v");
    assertScores(aletheia(1, false), "/aletheia/q_and_v");
    assertScores(aletheia(1, true), lengthsOverRootsOfSizes(), "normalised lengths");
  }

  /** Of the lengths that the reference tells one by one. */
  private static double[] lengthsOverRootsOfSizes() {
    double[] sums = new double[3];
    for (JsonNode row : published.at("/aletheia/single_row_norms")) {
      for (int layer = 0; layer < sums.length; layer++) {
        for (int m = 0; m < MODULES.size(); m++) {
          double length = row.at("/%d/%d".formatted(layer, m)).asDouble();
          sums[layer] += length / Math.sqrt(SIZES.get(m));
        }
      }
    }
    return sums;
  }

  private static Selection gora(GoraOptions.Importance importance, int together) {
    GoraOptions options =
        new GoraOptions(importance, 32, Optional.empty(), FeaturesFunc.IDENTITY, 4, 32, together);
    return select(new GoraSelector(options, new Seeds(1)), 16);
  }

  /** The reference's budget is that of rank 8. */
  @Test
  void ranksByMatricesAndTheirGradients() {
    assertGora(gora(GoraOptions.Importance.MEAN, 8), "/gora/union_mean");
    assertGora(gora(GoraOptions.Importance.MEAN, 1), "/gora/union_mean");
    assertGora(gora(GoraOptions.Importance.FROBENIUS, 2), "/gora/frobenius");
  }

  private static void assertGora(Selection found, String pointer) {
    JsonNode expected = published.at(pointer);
    for (int layer = 0; layer < 3; layer++) {
      for (int m = 0; m < MODULES.size(); m++) {
        double importance = found.moduleScores().get("importance").get(MODULES.get(m)).get(layer);
        assertThat(importance)
            .as("importance of %s of layer %d", MODULES.get(m), layer)
            .isCloseTo(
                expected.at("/importance/%d/%d".formatted(layer, m)).asDouble(), within(TOLERANCE));
        assertThat(found.modules().get(2 * layer + m))
            .isEqualTo(
                ChosenModule.of(
                    layer,
                    MODULES.get(m),
                    expected.at("/ranks/%d/%d".formatted(layer, m)).asInt()));
      }
    }
  }
}
