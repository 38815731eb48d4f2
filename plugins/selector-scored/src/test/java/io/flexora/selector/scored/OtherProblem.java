package io.flexora.selector.scored;

import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.model.ModelAbility;
import io.flexora.numerics.bilevel.ForwardingProblem;
import java.util.Optional;

/** Another problem, whose model cannot be looked into. */
class OtherProblem extends ForwardingProblem {

  OtherProblem(BilevelProblem problem) {
    super(problem);
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return ability.isInstance(this) ? Optional.of(ability.cast(this)) : Optional.empty();
  }
}
