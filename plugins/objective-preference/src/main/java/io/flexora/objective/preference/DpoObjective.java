package io.flexora.objective.preference;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/**
 * Direct preference optimisation (Rafailov et al., arXiv 2305.18290, equation 7): with c and j the
 * log-likelihoods of both answers and ' for the model without adapters, {@code -log sigmoid(beta
 * ((c - c') - (j - j')))}.
 */
@Doc("DPO: prefer the chosen answer more than the model without adapters does.")
final class DpoObjective extends PairObjective {

  private final DpoOptions options;

  @Inject
  DpoObjective(DpoOptions options) {
    this.options = options;
  }

  @Override
  public String description() {
    return "the chosen answer over the rejected one, more than without adapters";
  }

  @Override
  public boolean needsReference() {
    return true;
  }

  @Override
  public String torchScript() {
    return ofPairs(
        """
            margin = %s * ((chosen - chosen_before) - (rejected - rejected_before))
            loss = %s * torch.softplus(torch.neg(margin)) + %s * torch.softplus(margin)
            return torch.mean(loss - %s * chosen / chosen_length)
        """
            .formatted(
                options.beta(),
                1 - options.labelSmoothing(),
                options.labelSmoothing(),
                options.sftWeight()));
  }
}
