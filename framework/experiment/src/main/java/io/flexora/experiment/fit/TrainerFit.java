package io.flexora.experiment.fit;

import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingDemand;

/** The demands of a strategy on the trainer. */
final class TrainerFit {

  private TrainerFit() {}

  /**
   * Refuses a trainer that does not give what a strategy demands.
   *
   * @param user who demands it, such as {@code selector 'example'}
   */
  static void require(Component<Trainer> trainer, TrainingDemand demand, String user) {
    trainer
        .get()
        .misfit(demand)
        .ifPresent(
            why -> {
              throw new FlexoraException(
                  "%s %s, which does not fit trainer '%s': %s"
                      .formatted(user, words(demand), trainer.name(), why));
            });
  }

  private static String words(TrainingDemand demand) {
    return switch (demand) {
      case RANKS -> "gives modules ranks of their own";
      case SHARED_ADAPTERS -> "lets layers share an adapter";
      case SCHEDULE -> "changes the layers that are trained from step to step";
    };
  }
}
