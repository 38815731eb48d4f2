package io.flexora.transformers.causal;

import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.transformer.AdapterLayout;
import io.flexora.transformers.family.AttentionShape;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.family.ExpertShape;
import io.flexora.transformers.family.HeadShape;
import io.flexora.transformers.model.HeadText;
import io.flexora.transformers.packed.PackedWeights;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Joins the text of a family with what all decoders share. What a model does not do stands behind a
 * constant that is False and is not even compiled.
 */
final class CausalText {

  /** The array of a batch with the targets of a head. */
  private static final int TARGET = 8;

  /**
   * Reads and adds rows of which some are named more than once. A GPU adds these by sorted
   * segments, in a fixed order; the cheaper form of a processor would add there in any order.
   */
  static final String ROWS = "rows.torchscript";

  /**
   * The auxiliary loss of routers.
   *
   * @param coefficient its factor in the loss; 0 for none
   * @param computed whether this text computes it, in columns behind those of the states; where
   *     another text of the model may do so, it leaves them out
   */
  record Balance(double coefficient, boolean computed) {}

  private CausalText() {}

  /**
   * Fills in everything but what depends on where the adapters are.
   *
   * @param layout where the adapters are
   * @param balance the routers' share in the loss, and whether it is computed
   */
  static String of(
      CausalDescription description, PackedWeights weights, AdapterLayout layout, Balance balance) {
    return new ScriptText(description.torchScript())
        .and(ScriptText.of(CausalText.class, ROWS))
        .and(ScriptText.of(CausalText.class, "causal.torchscript"))
        .and(
            layout.plan().head().isPresent()
                ? head(layout.plan())
                : likelihood(layout.plan().objective()))
        .and(weights.text())
        .with(
            weights.constants(
                description.vocabulary(),
                description.hidden(),
                description.experts().map(ExpertShape::arrays).orElse(List.of())))
        .with(sizes(description))
        .with(head(description.head()))
        .with("experts", description.experts().map(ExpertShape::count).orElse(0))
        .with("balance", balance.coefficient())
        .with("balanced", balance.computed())
        .with("narrowed", balance.coefficient() > 0 && !balance.computed())
        .with("no_seeds", noSeeds(layout.modules().size()))
        .text();
  }

  private static ScriptText likelihood(Objective objective) {
    return ScriptText.of(CausalText.class, "likelihood.torchscript")
        .and(new ScriptText(objective.torchScript()))
        .with("learns_prompt", objective.learnsPrompt())
        .with("smooths", objective.labelSmoothing() > 0)
        .with("smoothing", objective.labelSmoothing());
  }

  private static ScriptText head(AdapterPlan plan) {
    return ScriptText.of(CausalText.class, "read.torchscript")
        .with("means", plan.head().input() == Head.Input.MEAN)
        .and(HeadText.of(plan, TARGET));
  }

  private static Map<String, Object> sizes(CausalDescription description) {
    AttentionShape attention = description.attention();
    Map<String, Object> values = new TreeMap<>();
    values.put("globals", description.arrays().global());
    values.put("per_layer", description.arrays().perLayer());
    values.put("heads", attention.heads());
    values.put("key_heads", attention.keyValueHeads());
    values.put("group", attention.heads() / attention.keyValueHeads());
    values.put("head_size", attention.headSize());
    values.put("query_width", attention.heads() * attention.headSize());
    values.put("key_width", attention.keyValueHeads() * attention.headSize());
    values.put("windows", attention.windows());
    values.put("window", Collections.max(attention.windows()));
    values.put("score_capped", attention.scoreCap().isPresent());
    values.put("score_cap", attention.scoreCap().orElse(0));
    values.put("fused_rows", KeptByLayer.fusedRows(attention));
    return values;
  }

  private static Map<String, Object> head(HeadShape head) {
    Map<String, Object> values = new TreeMap<>();
    values.put("head_bias", head.bias().isPresent());
    values.put("at_head_bias", head.bias().orElse(0));
    values.put("logit_scaled", head.divisor() != 1);
    values.put("logit_scale", head.divisor());
    values.put("logit_capped", head.cap().isPresent());
    values.put("logit_cap", head.cap().orElse(0));
    return values;
  }

  private static String noSeeds(int modules) {
    int[] none = new int[Math.max(1, modules)];
    Arrays.fill(none, -1);
    return Arrays.toString(none);
  }
}
