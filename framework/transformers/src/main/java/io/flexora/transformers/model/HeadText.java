package io.flexora.transformers.model;

import io.flexora.api.head.Head;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.numerics.torch.ScriptText;
import java.util.Optional;

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
    return of(plan, target, Optional.empty());
  }

  /**
   * Writes the text of a head behind a trained layer.
   *
   * @param activation the activation of a dense layer in front of it, of {@code y}; the layer's
   *     arrays stand in front of the head's
   */
  public static ScriptText of(AdapterPlan plan, int target, Optional<String> activation) {
    Head head = plan.head();
    int arrays = head.arrays(1).size();
    String inner =
        "y = torch.linear(y, p[len(p) - %d], p[len(p) - %d])".formatted(arrays + 2, arrays + 1);
    return ScriptText.of(HeadText.class, "head.torchscript")
        .with("head_arrays", arrays)
        .with("inner", activation.map(of -> inner + "\n    y = " + of).orElse(""))
        .with("target", target)
        .and(new ScriptText(head.torchScript()))
        .with("smoothing", plan.objective().labelSmoothing());
  }
}
