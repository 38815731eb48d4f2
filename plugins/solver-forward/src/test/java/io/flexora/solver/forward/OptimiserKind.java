package io.flexora.solver.forward;

import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.optimiser.basic.AdamW;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.optimiser.basic.Momentum;
import io.flexora.optimiser.basic.MomentumOptions;
import io.flexora.optimiser.basic.Nesterov;
import io.flexora.optimiser.basic.Sgd;
import io.flexora.optimiser.basic.SgdOptions;
import io.flexora.testkit.fixture.GivenComponent;

/** The optimisers that tests train with. */
enum OptimiserKind {
  SGD,
  MOMENTUM,
  NESTEROV,
  ADAMW,
  ADAM;

  /** Makes the optimiser, with the weight decay of the options of AdamW. */
  Component<Optimiser> with(double momentum, AdamWOptions adam) {
    MomentumOptions velocity = new MomentumOptions(momentum, adam.weightDecay());
    return new GivenComponent<>(
        name(),
        switch (this) {
          case SGD -> new Sgd(new SgdOptions(adam.weightDecay()));
          case MOMENTUM -> new Momentum(velocity);
          case NESTEROV -> new Nesterov(velocity);
          case ADAMW -> new AdamW(adam);
          case ADAM ->
              new AdamW(
                  new AdamWOptions(
                      adam.beta1(), adam.beta2(), adam.epsilon(), adam.weightDecay(), false));
        });
  }
}
