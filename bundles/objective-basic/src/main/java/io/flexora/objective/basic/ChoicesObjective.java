package io.flexora.objective.basic;

import io.flexora.api.head.Objective;
import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/** Learns to choose. */
@Doc("Learn the choice among the answers: cross-entropy over their likelihoods.")
final class ChoicesObjective extends NamedObjective {
  private final double smoothing;

  @Inject
  ChoicesObjective(SmoothingOptions options) {
    super(Objective.CHOICES, options);
    this.smoothing = options.labelSmoothing();
  }

  /** Where a label is smoothed, each of the answers that there are has its part of it. */
  @Override
  public String torchScript() {
    if (smoothing == 0) {
      return super.torchScript();
    }
    return Objective.method(
        """
            chosen = torch.log_softmax(choices + exists, 1)
            missing = torch.lt(exists, 0.0)
            counts = torch.sum(torch.type_as(torch.bitwise_not(missing), choices), [1])
            even = torch.sum(torch.masked_fill(chosen, missing, 0.0), [1]) / counts
            label = torch.logsumexp(chosen + right, [1])
            return torch.neg(torch.mean(label * (1.0 - %1$s) + even * %1$s))
        """
            .formatted(smoothing));
  }
}
