package io.flexora.objective.preference;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * Identity preference optimisation (Azar et al., arXiv 2310.12036, equation 17) on log-likelihoods
 * for each token, as in TRL: {@code ((c/|c| - c'/|c|) - (j/|j| - j'/|j|) - 1 / (2 beta))²}.
 */
@Doc("IPO: prefer the chosen answer by a certain margin more than without adapters.")
final class IpoObjective extends PairObjective {

  private final IpoOptions options;

  @Inject
  IpoObjective(IpoOptions options) {
    this.options = options;
  }

  @Override
  public String description() {
    return "the chosen answer over the rejected one, by a margin more than without adapters";
  }

  @Override
  public boolean needsReference() {
    return true;
  }

  @Override
  public String torchScript() {
    return ofPairs(
        """
            gain = (chosen - chosen_before) / chosen_length - (rejected - rejected_before) / rejected_length
            return torch.mean(torch.square(gain - %s))
        """
            .formatted(1 / (2 * options.beta())));
  }
}
