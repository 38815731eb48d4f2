package io.flexora.adapter.eva;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.model.decoder.DecoderFamilies;
import io.flexora.numerics.transformer.FrozenActivations;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.model.ProductAdapter;
import io.flexora.testkit.fixture.model.ReferenceLlama;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against selectors.json of the folder {@code flexora.reference}, made with PyTorch. */
class EvaSelectorTest {

  private static final double TOLERANCE = 1e-9;
  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  @Test
  void ranksAreThoseOfTheLargestSharesOfVariance() throws IOException {
    JsonNode all = ReferenceLlama.read("selectors.json");
    try (BaseModel model = ReferenceLlama.load(new DecoderFamilies());
        NDManager manager = model.manager().newSubManager()) {
      // All rows in one batch are what the reference takes apart; a second pass changes no share.
      EvaRankOptions options =
          new EvaRankOptions(Optional.empty(), 2, new DirectionOptions(0.99, true, 16, 16), 1);
      Selection found =
          new EvaSelector(options, new Seeds(1))
              .select(new Context(manager, model, rows(all.get("rows"))));

      for (int layer = 0; layer < 3; layer++) {
        for (int m = 0; m < MODULES.size(); m++) {
          String place = "/%d/%d".formatted(layer, m);
          assertThat(found.modules().get(2 * layer + m))
              .isEqualTo(
                  ChosenModule.of(layer, MODULES.get(m), all.at("/eva/ranks" + place).asInt()));
          assertThat(found.moduleScores().get("first_share").get(MODULES.get(m)).get(layer))
              .as("share of the first direction of %s of layer %d", MODULES.get(m), layer)
              .isCloseTo(all.at("/eva/shares" + place + "/0").asDouble(), within(TOLERANCE));
        }
      }
      assertThat(found.modules().stream().mapToInt(c -> c.rank().getAsInt()).sum()).isEqualTo(48);
    }
  }

  private static List<Tokens> rows(JsonNode rows) {
    List<Tokens> examples = new ArrayList<>();
    for (JsonNode row : rows) {
      int[] ids = new int[row.get("ids").size()];
      Arrays.setAll(ids, i -> row.get("ids").get(i).asInt());
      boolean[] learnt = new boolean[ids.length - 1];
      for (int i = 0; i < learnt.length; i++) {
        learnt[i] = row.get("labels").get(i + 1).asInt() >= 0;
      }
      Example example = new Example("row-" + examples.size(), "", List.of(""), 0);
      Continuation rest = new Continuation(Arrays.copyOfRange(ids, 1, ids.length), learnt);
      examples.add(new Tokens(example, new int[] {ids[0]}, List.of(rest), 0));
    }
    return examples;
  }

  /** A selection on a real decoder, over given examples. */
  private static final class Context extends ForwardingContext {

    private final BaseModel model;
    private final List<Tokens> examples;

    Context(NDManager manager, BaseModel model, List<Tokens> examples) {
      super(SelectionOnProblem.of(manager, model.shape().layers(), List.of(0)));
      this.model = model;
      this.examples = examples;
    }

    @Override
    public ModelShape shape() {
      return model.shape();
    }

    @Override
    public List<ModuleShape> targets() {
      return shape().modules().stream().filter(m -> MODULES.contains(m.name())).toList();
    }

    @Override
    public AdapterMethod adapter() {
      return new ProductAdapter(8);
    }

    @Override
    public List<Tokens> trainingExamples() {
      return examples;
    }

    @Override
    public void activations(
        List<List<Tokens>> batches, CountedTokens tokens, ActivationVisitor visitor) {
      List<Integer> layers = IntStream.range(0, shape().layers()).boxed().toList();
      AdapterPlan plan = new AdapterPlan(new NoAdapter(), layers, MODULES, Head.NONE);
      FrozenActivations.visit(
          manager(), model, plan, new Seeds(1), batches, tokens, visitor, "the test");
    }
  }
}
