package io.flexora.transformers.checkpoint;

import io.flexora.api.run.FlexoraException;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The check that a checkpoint has all tensors that a model computes with, and no others.
 *
 * @since 0.1
 */
public final class TensorCheck {

  private static final int SHOWN = 5;

  private TensorCheck() {}

  /**
   * Refuses a checkpoint that lacks a tensor, has one of another shape, or has one that nothing is
   * known of.
   *
   * @param family how the message calls the model
   * @throws FlexoraException if it does
   */
  public static void require(Checkpoint checkpoint, FrozenArrays arrays, String family) {
    Map<String, List<Long>> expected = new LinkedHashMap<>();
    for (Tensor tensor : arrays.tensors()) {
      expected.put(tensor.name(), tensor.shape());
    }
    List<String> wrong = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    expected.forEach(
        (name, wanted) -> {
          StoredTensor seen = checkpoint.tensors().get(name);
          if (seen == null) {
            missing.add(name);
          } else if (!seen.shape().equals(wanted)) {
            wrong.add(seen.label() + " has the shape " + seen.shape() + ", not " + wanted);
          }
        });
    List<String> others =
        checkpoint.tensors().values().stream()
            .filter(t -> !expected.containsKey(t.name()))
            .map(StoredTensor::name)
            .toList();
    List<String> faults = new ArrayList<>(wrong.subList(0, Math.min(SHOWN, wrong.size())));
    name(faults, "it lacks", missing, expected);
    name(faults, "it has, beyond what a " + family + " computes with,", others, Map.of());
    if (!faults.isEmpty()) {
      throw new FlexoraException(
          checkpoint.location()
              + " does not hold the model that it describes: "
              + String.join("; ", faults)
              + ". Fetch it again, or take another checkpoint");
    }
  }

  private static void name(
      List<String> faults, String what, List<String> names, Map<String, List<Long>> shapes) {
    if (!names.isEmpty()) {
      List<String> some =
          names.stream()
              .limit(SHOWN)
              .map(n -> "'" + n + "'" + (shapes.containsKey(n) ? " " + shapes.get(n) : ""))
              .toList();
      faults.add(
          what
              + (names.size() == 1 ? " the tensor " : " " + names.size() + " tensors, ")
              + String.join(", ", some)
              + (names.size() > SHOWN ? ", ..." : ""));
    }
  }
}
