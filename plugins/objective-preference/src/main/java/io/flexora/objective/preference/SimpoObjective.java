package io.flexora.objective.preference;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * Simple preference optimisation (Meng et al., arXiv 2405.14734, equation 6): {@code -log
 * sigmoid(beta (c/|c| - j/|j|) - gamma)}.
 */
@Doc("SimPO: prefer the chosen answer by its likelihood for each token; without a reference.")
final class SimpoObjective extends PairObjective {

  private final SimpoOptions options;

  @Inject
  SimpoObjective(SimpoOptions options) {
    this.options = options;
  }

  @Override
  public String description() {
    return "the chosen answer over the rejected one, token by token";
  }

  @Override
  public String torchScript() {
    return ofPairs(
        """
            margin = %s * (chosen / chosen_length - rejected / rejected_length) - %s
            return torch.mean(torch.softplus(torch.neg(margin)))
        """
            .formatted(options.beta(), options.gamma()));
  }
}
