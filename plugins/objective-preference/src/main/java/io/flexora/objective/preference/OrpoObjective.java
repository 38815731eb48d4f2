package io.flexora.objective.preference;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * Odds ratio preference optimisation (Hong et al., arXiv 2403.07691, equations 6 and 7), as in TRL:
 * the mean cross-entropy of all tokens of prompts and chosen answers but the first, plus beta times
 * the mean of {@code -log sigmoid(log odds(c/|c|) - log odds(j/|j|))}.
 */
@Doc("ORPO: learn prompt and chosen answer, and prefer it by its odds; without a reference.")
final class OrpoObjective extends PairObjective {

  private final OrpoOptions options;

  @Inject
  OrpoObjective(OrpoOptions options) {
    this.options = options;
  }

  @Override
  public String description() {
    return "prompt and chosen answer, and the odds of that over the rejected one";
  }

  @Override
  public boolean learnsPrompt() {
    return true;
  }

  /** An answer that is certain has no odds. */
  @Override
  public String torchScript() {
    return ofPairs(
        """
            likely = torch.clamp(chosen / chosen_length, None, -1.0e-6)
            unlikely = torch.clamp(rejected / rejected_length, None, -1.0e-6)
            odds = likely - torch.log(torch.neg(torch.expm1(likely))) - unlikely + torch.log(torch.neg(torch.expm1(unlikely)))
            learnt = torch.neg(torch.mean(prompts + chosen)) * share
            return learnt + %s * torch.mean(torch.softplus(torch.neg(odds)))
        """
            .formatted(options.beta()));
  }
}
