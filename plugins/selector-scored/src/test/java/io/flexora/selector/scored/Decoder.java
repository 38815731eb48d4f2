package io.flexora.selector.scored;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext.WeightGradientVisitor;
import io.flexora.numerics.transformer.FrozenGradients;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.model.ProductAdapter;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A selection on a real decoder, over given examples. */
final class Decoder extends ForwardingContext {

  private final BaseModel model;
  private final List<Tokens> examples;

  Decoder(NDManager manager, BaseModel model, List<Tokens> examples) {
    super(SelectionOnProblem.of(manager, model.shape().layers(), List.of(0)));
    this.model = model;
    this.examples = examples;
  }

  /** Rows of ids and labels, of which those that are no label are -100. */
  static List<Tokens> rows(JsonNode rows) {
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

  @Override
  public ModelShape shape() {
    return model.shape();
  }

  @Override
  public List<ModuleShape> targets() {
    return shape().modules().stream()
        .filter(m -> List.of("q_proj", "v_proj").contains(m.name()))
        .toList();
  }

  /** LoRA of rank 8, as that of the reference. */
  @Override
  public AdapterMethod adapter() {
    return new ProductAdapter(8);
  }

  @Override
  public List<Tokens> trainingExamples() {
    return examples;
  }

  /** Of q_proj and v_proj. */
  @Override
  public void weightGradients(
      NDManager scope,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor) {
    AdapterPlan plan =
        new AdapterPlan(new NoAdapter(), layers, List.of("q_proj", "v_proj"), Head.NONE);
    FrozenGradients.visit(scope, model, plan, new Seeds(1), layers, batches, visitor);
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return model.ability(ability);
  }
}
