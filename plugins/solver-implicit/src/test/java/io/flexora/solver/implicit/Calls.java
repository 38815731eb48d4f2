package io.flexora.solver.implicit;

import io.flexora.api.hpo.BilevelProblem;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** Counts what a solver asks of its problem. */
final class Calls {

  private final Map<String, Integer> counts = new HashMap<>();
  private final BilevelProblem counting;

  Calls(BilevelProblem problem) {
    counting =
        (BilevelProblem)
            Proxy.newProxyInstance(
                BilevelProblem.class.getClassLoader(),
                new Class<?>[] {BilevelProblem.class},
                (proxy, method, arguments) -> {
                  counts.merge(method.getName(), 1, Integer::sum);
                  return method.invoke(problem, arguments);
                });
  }

  BilevelProblem problem() {
    return counting;
  }

  int gradients() {
    return counts.getOrDefault("training", 0);
  }

  int products() {
    return counts.getOrDefault("trainingProduct", 0);
  }

  int validations() {
    return counts.getOrDefault("validation", 0);
  }
}
