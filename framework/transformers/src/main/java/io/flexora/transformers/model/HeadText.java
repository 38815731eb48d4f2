package io.flexora.transformers.model;

import io.flexora.api.head.Head;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.numerics.torch.ScriptText;

/**
 * The text of a head behind the layers of a model: the methods {@code end}, {@code objective},
 * {@code cotangent}, {@code class_outputs} and {@code scores}. The model's own text brings {@code
 * read(x, w, b)}, the places {@code [n, hidden]} that the head reads of the last layer's states
 * {@code x}.
 *
 * @since 0.1
 */
public final class HeadText {

  private HeadText() {}

  /**
   * Writes the text.
   *
   * @param plan the plan with the head
   * @param target which array of a batch has the targets
   */
  public static ScriptText of(AdapterPlan plan, int target) {
    Head head = plan.head();
    return ScriptText.of(HeadText.class, "head.torchscript")
        .with("head_arrays", head.arrays(1).size())
        .with("target", target)
        .and(new ScriptText(head.torchScript()))
        .with("smoothing", plan.objective().labelSmoothing());
  }
}
