package io.flexora.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ExperimentMemoryTest {

  private static final EvaluatedTask TASK = new EvaluatedTask(List.of(), List.of(), true);

  /** Fits some tasks, and evaluates none. */
  private record Fitting(Predicate<EvaluatedTask> tasks) implements Evaluator {

    @Override
    public void requireFit(EvaluatedTask task) {
      if (!tasks.test(task)) {
        throw new FlexoraException("it does not fit");
      }
    }

    @Override
    public Evaluation evaluate(EvaluationContext context) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void anEvaluatorThatNeedsAModelWhichGeneratesHasItGenerate() {
    assertThat(generates(EvaluatedTask::generates, TASK)).isTrue();
    assertThat(generates(task -> true, TASK)).isFalse();
    assertThat(generates(task -> false, TASK)).isFalse();
  }

  @Test
  void nothingIsGeneratedByAModelThatCannot() {
    EvaluatedTask without = new EvaluatedTask(List.of(), List.of(), false);
    assertThat(generates(EvaluatedTask::generates, without)).isFalse();
  }

  @Test
  void whatNeedsAReferenceIsAskedWithOne() {
    EvaluatedTask further = TASK.withReference(List.of());
    assertThat(generates(EvaluatedTask::hasReference, further)).isFalse();
    assertThat(generates(task -> task.generates() && task.hasReference(), further)).isTrue();
  }

  private static boolean generates(Predicate<EvaluatedTask> fits, EvaluatedTask task) {
    return ExperimentMemory.generates(new Fitting(fits), task);
  }
}
